import type { JobWarning } from '../jobs/job';
import type { RestoreFacts } from './restore-facts';
import { quoteIdentifier } from '../sql-names';

/** What does not forbid a restore and has to be known before it. */
export function restoreWarnings(facts: RestoreFacts, missingRoles: readonly string[]): JobWarning[] {
  const { manifest, target, state, liveRevision } = facts;
  const warn = (code: string, detail: string | undefined): JobWarning[] =>
    detail === undefined ? [] : [{ code, detail }];
  return [
    ...warn(
      'backup-expired',
      state === 'expired' ? 'the backup is marked for deletion; hold it: PUT /api/backups/{backupId}/hold' : undefined,
    ),
    ...warn('later-writes-missing', `what was written after ${manifest.snapshotAt} is not in this backup`),
    ...warn('not-a-live-dump', manifest.source === 'live' ? undefined : `the backup's source is "${manifest.source}"`),
    ...warn('other-major', otherMajor(manifest.server.major, target.server.major)),
    ...warn('other-schema-revision', otherRevision(facts, liveRevision)),
    ...warn('roles-missing', rolesMissing(missingRoles)),
    ...warn('release-unknown', manifest.runningRelease === null ? 'no release is recorded for this schema' : undefined),
    ...manifest.contents.notIncluded.map(({ kind, name, reason }) => ({
      code: 'not-in-the-backup',
      detail: `${kind} ${name}: ${reason}`,
    })),
  ];
}

function otherMajor(from: number, to: number): string | undefined {
  if (from === to) return undefined;
  const older = to < from ? '; what only the newer one knows fails' : '';
  return `the backup is of PostgreSQL ${from}, the target is ${to}${older}`;
}

function otherRevision({ manifest }: RestoreFacts, live: string | null): string | undefined {
  const restored = manifest.schemaRevision?.value;
  if (live === null || restored === undefined || live === restored) return undefined;
  const release = manifest.runningRelease?.version ?? 'the release that matches';
  return `the live database is at schema revision ${live}, which the running release expects; the backup is at ${restored}: redeploy ${release}`;
}

function rolesMissing(roles: readonly string[]): string | undefined {
  if (roles.length === 0) return undefined;
  const names = roles.map(quoteIdentifier).join(', ');
  return `the target lacks ${names}, or keeps them for itself: what they own goes to the admin login, and their grants are left out`;
}
