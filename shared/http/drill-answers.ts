import { z } from 'zod';
import { BACKUP_KINDS } from '../domain/backup/manifest';
import { DRILL_KINDS, DRILL_VERDICTS } from '../domain/drills/drill';
import { configuredName, listOf, time, warning } from './answers';

const drillLine = {
  id: z.string().describe('that of its job'),
  kind: z.enum(DRILL_KINDS).describe("what was rehearsed: a stored dump, or a point in time of Azure's own backups"),
  database: configuredName,
  verdict: z
    .enum(DRILL_VERDICTS)
    .describe(
      'content-failed: what was restored is not what it should be; infrastructure-failed: it did not come so far',
    ),
  startedAt: time.describe('when the job was taken up'),
  finishedAt: time.describe('when the evidence was written'),
  recoverySeconds: z.number().nullable().describe('until it was restored and compared; null: it did not come so far'),
  recoveryPointSeconds: z
    .number()
    .nullable()
    .describe('age of the snapshot or moment when the drill began; null: none was chosen'),
};

export const drillsAnswer = listOf(
  z
    .object({ ...drillLine, backupId: z.string().nullable().describe('the backup that was restored; null: none') })
    .meta({ id: 'Drill' }),
  'newest first',
);

const drilledBackup = z.object({
  backupId: z.string().describe('id of the backup'),
  kind: z.enum(BACKUP_KINDS).describe('what it was taken for'),
  chosen: z.enum(['newest', 'random', 'named']).describe('how it was chosen'),
  database: z.string().describe('name of the database on the server that it is of'),
  snapshotAt: time.describe('later writes are not in it'),
  sha256: z.string().describe('of the dump, hexadecimal'),
  serverVersion: z.string().describe('of the server that it was dumped from'),
  pgDump: z.string().describe('version of pg_dump'),
  pgRestore: z.string().describe('version of pg_restore'),
  sizeBytes: z.number().describe('of the dump'),
});

const drilledMoment = z.object({
  sourceServer: z.string().describe('name of the server that was restored'),
  windowFrom: time.describe("where Azure's backups of it begin"),
  pointInTime: time.describe('the moment that was restored to'),
  lastCommitAt: time.nullable().describe('of the last transaction in the restored server; null: it does not tell'),
  comparedWith: z.string().nullable().describe('the newest verified backup of before the moment; null: there is none'),
});

const compared = z.object({
  tables: z.int().describe('tables whose rows were compared'),
  rows: z.int().describe('rows of all of them'),
  checksums: z.int().describe('tables whose checksums were compared; 0 for a point in time'),
  schemaEntries: z.int().describe('schema objects that were compared; 0 for a point in time'),
});

export const drillAnswer = z
  .object({
    evidenceVersion: z.literal(1).describe('of the format'),
    ...drillLine,
    failure: z
      .object({ code: z.string().describe('docs/errors.md'), detail: z.string().describe('what and why') })
      .nullable()
      .describe('why it did not pass; null: it did'),
    requestedBy: z.string().describe('name of the caller, or the schedule'),
    backup: drilledBackup.nullable().describe('what was restored; null: a point in time, or none was found'),
    server: z
      .object({ host: z.string().describe('name or address'), version: z.string().describe('of PostgreSQL') })
      .nullable()
      .describe('where it was restored to; null: it did not come so far'),
    scratchDatabase: z.string().nullable().describe('the database that was made for it and dropped; null: none'),
    moment: drilledMoment.nullable().describe('of a drill of a point in time'),
    temporaryServer: z.string().nullable().describe('the server that the drill made and deleted; null: none'),
    phases: z
      .array(z.object({ phase: z.string().describe('what was done'), seconds: z.number().describe('waits included') }))
      .describe('in their order; one that failed is missing'),
    compared: compared.nullable().describe('null: it did not come so far'),
    tables: z
      .array(
        z.object({
          schema: z.string().describe('of the table'),
          name: z.string().describe('of the table'),
          rows: z.int().describe('of a dump: in its manifest; of a point in time: counted in the restored server'),
          hasChecksum: z.boolean().describe('the manifest has a checksum of its rows'),
          rowsInBackup: z
            .int()
            .nullable()
            .optional()
            .describe('of a point in time: in the backup of before; null: no such table'),
        }),
      )
      .describe('every table'),
    checks: z
      .array(
        z.object({
          name: z.string().describe('file of DRILL_ASSERTIONS, or what the app looks at by itself'),
          detail: z.string().describe('what was found'),
          state: z.enum(['passed', 'failed', 'skipped']).describe('skipped: it could not be asked'),
        }),
      )
      .describe('questions to the restored data beyond its being equal'),
    warnings: z.array(warning).describe('what to know although it passed'),
  })
  .meta({ id: 'DrillEvidence' });
