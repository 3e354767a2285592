/**
 * Every way in which the app can fail on purpose. A row says who must act (`kind`), whether the same job may simply be
 * tried again (`retryable`), and what to do next (`hint`). Anything thrown that is not a `Failure` is a bug.
 */
const FAILURES = {
  // asked wrongly
  'invalid-request': row('input', false, 'correct the named field and send the request again'),
  'body-too-large': row('input', false, 'send at most 64 KiB'),
  'not-found': row('input', false, 'check the id: GET /api/backups and GET /api/jobs list what exists'),
  'release-unknown': row(
    'input',
    false,
    'check the version: GET /api/backups?kind=pre-release names the releases; send {"withoutBackup": true} for one that took none',
  ),
  unauthenticated: row('input', false, 'send "Authorization: Bearer <token>" with a valid, unexpired token'),
  forbidden: row('input', false, 'ask an administrator for the role that the detail names'),
  'idempotency-key-reused': row('input', false, 'use a new Idempotency-Key for a different request'),
  'job-already-ended': row('input', false, 'nothing is left to cancel; GET /api/jobs/{jobId} shows how it ended'),
  'backup-gone': row(
    'input',
    false,
    'choose another backup: GET /api/backups; soft delete of the dump account may still have this one',
  ),
  'too-many-jobs': row('input', true, 'wait until some of your jobs have ended: GET /api/jobs'),
  // set up wrongly
  'invalid-settings': row('setup', false, 'correct the named settings; docs/settings.md describes each one'),
  'auth-not-configured': row(
    'setup',
    false,
    'set AUTH_MODE and what it needs; docs/settings.md describes each setting',
  ),
  'auth-keys-unavailable': row(
    'upstream',
    true,
    'try again; if it stays so, check that the app reaches login.microsoftonline.com',
  ),
  'not-configured': row('setup', false, 'set what the detail names; docs/settings.md describes each setting'),
  // the client tools
  'pg-tools-missing': row('setup', false, 'run "npm run pgtools -- 17 18", or install PostgreSQL client tools on PATH'),
  'pg-tools-too-old': row(
    'setup',
    false,
    'build tools of the server\'s major: "npm run pgtools -- MAJOR"; pg_dump must be at least as new as the server',
  ),
  'pg-tools-corrupt': row('setup', false, 'deploy the package again: a client tool differs from its manifest'),
  'pg-tools-lose-data': row('setup', false, 'replace this pg_dump release, which is known to lose data'),
  // the database
  'database-unreachable': row('upstream', true, 'check host, port, firewall and that the server runs'),
  'database-connection-lost': row('upstream', true, 'the server or the network ended the connection; look at its log'),
  'database-login-refused': row('setup', false, "check the login's name, password or managed identity, and pg_hba"),
  'database-missing': row('setup', false, 'check the database name in the configured URL'),
  'database-refused': row('upstream', false, 'the server refused a statement; the detail has its message'),
  'lock-wait-timeout': row(
    'upstream',
    true,
    'end the session that the detail names or wait for it; DUMP_LOCK_WAIT_SECONDS sets the patience',
  ),
  'dump-would-be-incomplete': row('setup', false, 'grant what the detail lists, then start the backup again'),
  // the dump
  'dump-failed': row('upstream', false, 'pg_dump failed; the detail has its message'),
  'dump-killed': row(
    'upstream',
    true,
    'something ended pg_dump by a signal, often a lack of memory; give the instance more',
  ),
  'dump-hung': row('upstream', true, 'pg_dump stopped making progress and was ended; look at the server'),
  'dump-warned': row(
    'upstream',
    false,
    'pg_dump wrote a warning that is on no list; read it, and report it if it is harmless',
  ),
  'dump-empty': row('upstream', false, 'pg_dump ended well but wrote no archive'),
  // verification
  'stored-bytes-differ': row(
    'integrity',
    false,
    'the stored bytes are not those that were sent; start another backup and check the storage account',
  ),
  'archive-undecodable': row('integrity', false, 'pg_restore cannot decode the archive; start another backup'),
  'archive-incomplete': row(
    'integrity',
    false,
    'the archive lacks what the database has; the detail lists it; start another backup',
  ),
  'verify-killed': row(
    'upstream',
    true,
    'something ended pg_restore by a signal, often a lack of memory; give the instance more',
  ),
  'verify-hung': row('upstream', true, 'reading the dump back made no progress; check the storage account'),
  'dump-missing': row(
    'integrity',
    false,
    'the dump is gone and its manifest is there: undelete the blob while soft delete holds it',
  ),
  'manifest-unreadable': row(
    'integrity',
    false,
    'bring the manifest back from soft delete or an earlier version of its blob, or choose another backup: GET /api/backups?state=verified',
  ),
  'manifest-too-new': row(
    'setup',
    false,
    'a later version of this app wrote that backup: deploy that version, or restore by hand',
  ),
  'not-adoptable': row(
    'input',
    false,
    'name a custom-format archive (pg_dump -Fc) that this app did not write; restore anything else and take a backup of that',
  ),
  'nothing-to-drill': row('input', false, 'take a backup first: POST /api/backups'),
  'drill-check-failed': row(
    'integrity',
    false,
    'the backup was restored as it is; what it holds fails a question of yours: the evidence of the drill shows the rows',
  ),
  // restores
  'restore-failed': row(
    'upstream',
    false,
    'pg_restore reported what is not known to be harmless; read the detail, mend it on the target, start again',
  ),
  'restore-killed': row(
    'upstream',
    true,
    'something ended pg_restore by a signal, often a lack of memory; give the instance more',
  ),
  'restore-differs': row(
    'integrity',
    false,
    'what was restored is not what the backup holds, so it was not used; verify the backup, then start again',
  ),
  'restore-disk-full': row(
    'setup',
    false,
    'the temporary disk of this instance cannot hold the archive; free it, or run the job where there is room: npm run job -- JOBID',
  ),
  'swap-blocked': row(
    'upstream',
    false,
    'nothing was changed; end what the detail names (a superuser can), then start again',
  ),
  'database-exists': row('input', false, 'choose another targetDatabase, or none to have a fresh name'),
  'confirmation-missing': row('input', false, 'send the name that the detail asks for as "confirm"'),
  'backup-not-restorable': row('input', false, 'choose another backup: GET /api/backups?state=verified'),
  'rights-missing': row('setup', false, 'grant what the detail lists to the admin login'),
  'extension-missing': row(
    'setup',
    false,
    'install the extension on the server, or add it to azure.extensions, then ask for the plan again',
  ),
  'space-too-little': row(
    'setup',
    false,
    'free or add storage; with "acceptStorageGrowth": true the restore goes on, and the disk may grow for good or run full',
  ),
  'replication-in-the-way': row(
    'input',
    false,
    'drop them and make them anew afterwards, or send "acceptReplicationLoss": true',
  ),
  'objects-in-the-way': row('input', false, 'use "mode": "swap", which keeps the whole database beside the new one'),
  'undo-impossible': row(
    'input',
    false,
    'name a restore job of mode "swap" that succeeded: GET /api/jobs?kind=restore',
  ),
  'previous-kept': row(
    'input',
    false,
    'nothing was dropped, and another job tries it tomorrow; PREVIOUS_DATABASE_KEEP_HOURS says how long it is kept',
  ),
  'undo-too-late': row('input', false, 'restore a backup instead: POST /api/restores'),
  'backup-too-old': row('input', false, 'POST /api/backups, wait until the job has succeeded, then ask again'),
  // storage
  'storage-unavailable': row('upstream', true, 'the storage account did not answer as it should; try again later'),
  'storage-refused': row('upstream', false, 'the storage account refused the call; check the identity and its roles'),
  'storage-conflict': row('upstream', false, 'another blob of this name exists; nothing was overwritten'),
  // Azure's control plane
  'azure-unavailable': row('upstream', true, 'Azure Resource Manager did not answer as it should; try again later'),
  'azure-refused': row(
    'upstream',
    false,
    'Azure refused the call; the detail has its reason; check the identity and its roles',
  ),
  'azure-busy': row('upstream', true, 'the server is being changed by something else; try again when that is done'),
  'azure-operation-failed': row(
    'upstream',
    false,
    'Azure accepted this and then could not do it; the detail has its reason',
  ),
  'outside-restore-window': row(
    'input',
    false,
    'choose a moment inside the window that the detail names, or a dump: GET /api/backups',
  ),
  'server-name-taken': row('input', false, 'choose another targetServer; names of deleted servers stay reserved'),
  'server-not-ready': row(
    'upstream',
    false,
    'wait until the server is Ready, or start it, then send the request again',
  ),
  'network-unsupported': row(
    'setup',
    false,
    'use "then": "keep" and make a private endpoint for the new server yourself',
  ),
  'azure-backup-impossible': row('input', false, 'take the dump alone, without createAzureBackup'),
  // blobs
  'undelete-impossible': row(
    'setup',
    false,
    'in an account with hierarchical namespace undelete by path in the portal or with az storage fs undelete-path: such accounts have no undelete by name, no versions and no tags',
  ),
  // jobs
  'claim-lost': row('upstream', true, 'another worker took the job over; it goes on there'),
  'shut-down': row('upstream', true, 'the host stops; the job goes on elsewhere'),
  canceled: row('input', false, 'start a new job when needed'),
  'killed-repeatedly': row(
    'upstream',
    false,
    'the worker died twice in the same phase; run it where nothing ends it: npm run job -- JOBID',
  ),
  'deadline-exceeded': row(
    'upstream',
    false,
    'the job ran longer than JOB_DEADLINE_MINUTES; run it outside the host: npm run job -- JOBID',
  ),
  'ticket-dead': row(
    'upstream',
    false,
    'its ticket failed five times and was set aside; look at the log of runJob, then start a new job',
  ),
  internal: row('bug', false, 'this is a defect of the app: report it with the job id and the time'),
} as const satisfies Record<string, FailureRow>;

interface FailureRow {
  readonly kind: 'input' | 'setup' | 'upstream' | 'integrity' | 'bug';
  readonly retryable: boolean;
  readonly hint: string;
}

function row(kind: FailureRow['kind'], retryable: boolean, hint: string): FailureRow {
  return { kind, retryable, hint };
}

export type FailureCode = keyof typeof FAILURES;

/** All codes with their rows, for the generated docs/errors.md and exhaustive tests. */
export const failureTable: Readonly<Record<FailureCode, FailureRow>> = FAILURES;

/**
 * A foreseen failure. `detail` says what and why, in lower case, naming the thing, never a secret; `hint` says what to
 * do next and comes from the table unless the place that fails knows better.
 */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly detail: string;
  readonly hint: string;
  /** The job that it is about, for the answer to a caller. */
  readonly jobId: string | undefined;

  constructor(code: FailureCode, detail: string, options: { cause?: unknown; hint?: string; jobId?: string } = {}) {
    super(`${code}: ${detail}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Failure';
    this.code = code;
    this.detail = detail;
    this.hint = options.hint ?? FAILURES[code].hint;
    this.jobId = options.jobId;
  }

  get retryable(): boolean {
    return FAILURES[this.code].retryable;
  }
}

/** The failure that `error` is, or an `internal` one that tells nothing of what was thrown. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure('internal', 'an unexpected error ended this', { cause: error });
}
