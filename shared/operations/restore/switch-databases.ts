import { readMarker, writeMarker } from '../../domain/restore/database-marker';
import { Failure } from '../../domain/failure';
import type { PgConnection } from '../../domain/pg-connection';
import type { FoundDatabase } from '../../systems/pg-server/pg-admin';
import type { Systems } from '../../systems/systems';
import type { JobRun } from '../jobs/job-run';

type Needs = Pick<Systems, 'clock' | 'pgAdmin' | 'settings'>;

/** Who is who, by oid: noted in the record before the switch, so that whoever comes later can tell whether it happened. */
export interface Switch {
  /** The name that stays. */
  readonly database: string;
  readonly liveOid: number;
  readonly nextOid: number;
  readonly nextName: string;
  readonly liveBecomes: string;
  readonly state: 'previous' | 'undone';
}

export interface Switched {
  readonly database: string;
  /** What was live before, under its new name. */
  readonly swappedOut: string;
  /** ISO 8601 UTC: what is written from then on is in the other database. */
  readonly since: string;
}

const NOTE = 'switch';

export const notedSwitch = (record: JobRun['record']): Switch | undefined => record.notes[NOTE] as Switch | undefined;

/** Whether the switch has happened, from the server itself. */
export async function findSwitched(
  systems: Pick<Systems, 'pgAdmin'>,
  admin: PgConnection,
  noted: Switch,
): Promise<Switched | undefined> {
  return switchedIn(await systems.pgAdmin.listDatabases(admin), noted);
}

function switchedIn(databases: readonly FoundDatabase[], noted: Switch): Switched | undefined {
  const nameOf = (oid: number): string | undefined => databases.find((found) => found.oid === oid)?.name;
  if (nameOf(noted.nextOid) !== noted.database || nameOf(noted.liveOid) !== noted.liveBecomes) return undefined;
  const marker = readMarker(databases.find(({ oid }) => oid === noted.liveOid)?.comment ?? null);
  const since = marker !== undefined && marker.state !== 'restoring' ? marker.since : '';
  return { database: noted.database, swappedOut: noted.liveBecomes, since };
}

/**
 * Puts one database in the place of another, once: after a takeover it looks first. `comment` is what the new one is
 * given; undefined: the comment of the one that was live.
 *
 * @throws Failure `swap-blocked` with nothing changed; `database-missing`
 */
export async function switchDatabases(
  systems: Needs,
  run: JobRun,
  admin: PgConnection,
  order: Omit<Switch, 'liveOid'> & { readonly liveOid?: number; readonly comment?: string | null },
): Promise<Switched> {
  const { comment, ...names } = order;
  const databases = await systems.pgAdmin.listDatabases(admin, run.signal);
  const earlier = notedSwitch(run.record);
  const switched = earlier === undefined ? undefined : switchedIn(databases, earlier);
  if (switched !== undefined) return switched;
  const live = expectDatabase(databases, names.database, names.liveOid);
  const next = expectDatabase(databases, names.nextName, names.nextOid);
  const noted: Switch = { ...names, liveOid: live.oid };
  await run.note({ [NOTE]: noted });
  const since = systems.clock.now().toISOString();
  const { jobId } = run.record;
  await systems.pgAdmin.switchNames(
    admin,
    {
      live,
      next,
      liveBecomes: names.liveBecomes,
      comments: {
        ofLive: writeMarker({ jobId, state: names.state, of: live.name, since, comment: live.comment }),
        ofNext: comment === undefined ? live.comment : comment,
      },
      patienceMs: systems.settings.get('SWAP_PATIENCE_SECONDS') * 1000,
    },
    run.signal,
  );
  return { database: names.database, swappedOut: names.liveBecomes, since };
}

function expectDatabase(databases: readonly FoundDatabase[], name: string, oid: number | undefined): FoundDatabase {
  const found = databases.find((database) => database.name === name);
  if (found === undefined) throw new Failure('database-missing', `there is no database "${name}"`);
  if (oid === undefined || found.oid === oid) return found;
  throw new Failure('swap-blocked', `"${name}" is another database than the one that was expected`);
}
