import { z } from 'zod';
import { RESTORE_MODES } from '../domain/restore/restore-request';
import { refusal, releaseOf, schemaRevision, time, warning } from './answers';

const renames = z
  .array(z.object({ from: z.string().describe('name before'), to: z.string().describe('name after') }))
  .describe('databases, in this order, in one transaction');
const endsSessions = z.array(z.string()).describe('sessions on the live database that are ended, each in words');
const confirm = z.string().nullable().describe('what "confirm" must be; null: nothing');
const bytesOrUnknown = z.number().nullable();

const plannedBackup = z.object({
  backupId: z.string().describe('id of the backup'),
  name: z.string().describe('configured name of its database'),
  database: z.string().describe('name of that database on its server'),
  source: z.string().describe('what was dumped: live, clone, previous or adopted'),
  snapshotAt: time.describe('later writes are not in it'),
  schemaRevision,
  blob: z.string().describe('name of the dump in its container'),
  sizeBytes: z.number().describe('of the dump'),
  sha256: z.string().describe('of the dump, hexadecimal'),
});

export const restorePlanAnswer = z
  .object({
    mode: z.enum(RESTORE_MODES).describe('as asked for'),
    backup: plannedBackup.describe('what is restored'),
    target: z
      .object({
        name: z.string().nullable().describe('configured name; null: the server that the database lives on'),
        host: z.string().describe('name or address'),
        major: z.int().describe('of PostgreSQL'),
      })
      .describe('the server that is restored to'),
    database: z.string().describe('where the restored data is found afterwards'),
    workDatabase: z.string().describe('where it is restored to first: beside the live one for a swap'),
    previousDatabase: z.string().nullable().describe('what a swap renames the live database to'),
    creates: z.array(z.string()).describe('databases'),
    renames,
    destroys: z.array(z.string()).describe('tables and other relations that "clean" drops and makes anew'),
    survives: z.array(z.string()).describe('relations that the dump does not know: "clean" leaves them as they are'),
    tables: z
      .array(z.object({ schema: z.string().describe('of the table'), name: z.string().describe('of the table') }))
      .nullable()
      .describe('only these; null: all'),
    toastCompression: z.string().nullable().describe('how large values are compressed anew; null: as they were'),
    tool: z
      .object({ major: z.int().describe('17'), version: z.string().describe('17.11') })
      .describe('pg_restore that does it'),
    reads: z.enum(['file', 'stream']).describe('file: the dump is fetched to the temporary disk first'),
    parallelJobs: z.int().describe('connections that restore at once'),
    expectedSeconds: z.number().nullable().describe('from measured runs; null before there are any'),
    space: z
      .object({
        neededBytes: z.number().describe('an estimate, taken high'),
        freeBytes: bytesOrUnknown.describe('null: not known, which counts as too little'),
        totalBytes: bytesOrUnknown.describe('null: not known'),
      })
      .describe("of the server's disk"),
    endsSessions,
    missingRights: z
      .array(z.object({ right: z.string().describe('in words'), sql: z.string().describe('what grants it') }))
      .describe('what the admin login lacks for it'),
    missingRoles: z
      .array(z.string())
      .describe(
        'roles of the dump that the target lacks or the login may not act for: what they own goes to the admin login',
      ),
    safetyDump: z
      .union([z.object({ backupId: z.string().describe('fresh enough, and there already') }), z.literal('taken-first')])
      .nullable()
      .describe('the dump of what "clean" destroys; null for other modes'),
    redeploy: releaseOf.nullable().describe('what ran when the dump was taken; null: nobody recorded it'),
    confirm,
    warnings: z.array(warning).describe('what to know before it is done'),
    refusals: z.array(refusal).describe('empty: the restore may be started'),
  })
  .meta({ id: 'RestorePlan' });

export const undoPlanAnswer = z
  .object({
    database: z.string().describe('the name that stays'),
    previousDatabase: z.string().describe('what becomes live again'),
    undoneDatabase: z.string().describe('what the live database is kept as'),
    renames,
    writesSince: time.nullable().describe('what was written from then on is in the live database alone'),
    endsSessions,
    confirm,
    refusals: z.array(refusal).describe('empty: the undo may be started'),
  })
  .meta({ id: 'UndoPlan' });

export const pitrPlanAnswer = z
  .object({
    sourceServer: z.string().describe('name of the server that is gone back with; it is only read'),
    server: z.string().describe('the new server; a name that was not given ends otherwise in each job'),
    resourceGroup: z.string().describe('where the new server is made'),
    pointInTime: time.describe('the moment that it is restored to'),
    window: z
      .object({ from: time.describe('earliest moment'), to: time.describe('latest moment') })
      .describe('what Azure can restore to now'),
    then: z.enum(['keep', 'export']).describe('export: the database is dumped from it as a backup'),
    expiresAt: time.nullable().describe('when the new server may be deleted; null: never'),
    steps: z.array(z.string()).describe('what is done, in order'),
    warnings: z.array(warning).describe('what to know before it is done'),
  })
  .meta({ id: 'PitrPlan' });

export const wipeCheckAnswer = z
  .object({
    allowed: z.literal(true).describe('otherwise the answer is a 409'),
    database: z.string().describe('as asked'),
    operation: z.string().describe('as asked'),
    backupId: z.string().describe('the verified backup that is fresh enough'),
    snapshotAt: time.describe('later writes are in no backup'),
  })
  .meta({ id: 'WipeCheck' });
