import { expectedSeconds } from '../catalog/expected-duration';
import { chosenTables } from '../backup/compare-contents';
import { parallelJobs } from './parallel-jobs';
import type { RestoreFacts } from './restore-facts';
import { restoreNames } from './restore-names';
import type { RestorePlan } from './restore-plan';
import { leftToTheServer, missingRights } from './restore-rights';
import { restoreRefusals } from './restore-refusals';
import type { RestoreRequest } from './restore-request';
import { restoreWarnings } from './restore-warnings';
import { survivors } from './clean-conflicts';
import { spaceNeeded } from './restore-space';
import { quoteQualifiedName, readQualifiedName } from '../sql-names';

/** The rest is for whatever else runs on this instance. */
const TEMPORARY_SHARE = 0.9;

/** What a restore will do, and what forbids it: decided from facts alone. */
export function planRestore(facts: RestoreFacts, request: RestoreRequest, now: Date): RestorePlan {
  const { manifest, target, temporaryFreeBytes } = facts;
  const { mode } = request;
  const names = restoreNames(facts, request, now);
  const reads = mode !== 'clean' && manifest.dump.sizeBytes <= temporaryFreeBytes * TEMPORARY_SHARE ? 'file' : 'stream';
  const tables = request.tables?.map(tableName) ?? null;
  const decided = {
    mode,
    backup: backupOf(facts),
    target: { name: request.target ?? null, host: facts.place.host, major: target.server.major },
    ...names,
    tables,
    toastCompression: request.toastCompression ?? null,
    tool: facts.tool,
    reads,
    // with a token each of them would have to connect before it runs out (azure-facts.md, "Entra")
    parallelJobs:
      reads === 'file' && !facts.usesToken ? parallelJobs(chosenTables(manifest.contents.tables, tables)) : 1,
    expectedSeconds: expectedSeconds(manifest.dump.sizeBytes, facts.measuredRuns),
    space: {
      neededBytes: spaceNeeded(manifest.dump, sizeOf(facts)),
      freeBytes: facts.space?.freeBytes ?? null,
      totalBytes: facts.space?.totalBytes ?? null,
    },
    ...creates(mode, names),
    destroys: mode === 'clean' ? facts.archive.relations.map(quoteQualifiedName) : [],
    survives: mode === 'clean' ? survivors(facts) : [],
    endsSessions: mode === 'swap' ? (target.live?.sessions ?? []).map(({ description }) => description) : [],
    missingRights: missingRights(facts, mode),
    missingRoles: [
      ...facts.archive.roles.filter((role) => target.roles.every(({ name }) => name !== role)),
      ...leftToTheServer(target, facts.archive.owners),
    ],
    safetyDump: mode === 'clean' ? (facts.safetyDump ?? 'taken-first') : null,
    redeploy: manifest.runningRelease,
    confirm: mode !== 'new-database' && facts.guardedBecause !== undefined ? names.database : null,
  } as const;
  const plan: RestorePlan = { ...decided, warnings: restoreWarnings(facts, decided.missingRoles), refusals: [] };
  return { ...plan, refusals: restoreRefusals(facts, request, plan) };
}

function backupOf({ manifest }: RestoreFacts): RestorePlan['backup'] {
  const { backupId, name, database, source, snapshotAt, schemaRevision, dump } = manifest;
  return { backupId, name, database, source, snapshotAt, schemaRevision, ...dump };
}

/** The database that the dump is of, where it lives on this server. */
const sizeOf = ({ manifest, target }: RestoreFacts): number | null =>
  target.databases.find(({ name }) => name === manifest.database)?.sizeBytes ?? null;

function creates(
  mode: RestoreRequest['mode'],
  { database, workDatabase, previousDatabase }: ReturnType<typeof restoreNames>,
): Pick<RestorePlan, 'creates' | 'renames'> {
  if (mode === 'clean') return { creates: [], renames: [] };
  if (previousDatabase === null) return { creates: [database], renames: [] };
  const renames = [
    { from: database, to: previousDatabase },
    { from: workDatabase, to: database },
  ];
  return { creates: [workDatabase], renames };
}

/** `people` is `public.people`; parts may be quoted as in SQL. */
function tableName(text: string): { schema: string; name: string } {
  const [first = text, second] = readQualifiedName(text);
  return second === undefined ? { schema: 'public', name: first } : { schema: first, name: second };
}
