import { z } from 'zod';
import { BACKUP_KINDS } from '../domain/backup/manifest';
import { BACKUP_STATES } from '../domain/catalog/catalog';
import { listOf, statedReason, time } from './answers';

const backupId = z.string().describe('id of the backup');
const state = z
  .enum(BACKUP_STATES)
  .describe('expired: marked for deletion; missing: the dump is gone; foreign: a blob that is none of ours');
const hold = z.enum(['none', 'held']).describe('held: kept whatever retention says');
const heldBecause = statedReason
  .extend({ until: time.optional().describe('when the hold ends; absent: when somebody ends it') })
  .optional()
  .describe('of a held one; absent where the hold is known by its tags alone');
const jobId = z.string().optional().describe('the job that says so');

export const backupsAnswer = listOf(
  z
    .object({
      backupId: backupId.nullable().describe('null: a blob that is none of ours'),
      kind: z.enum(BACKUP_KINDS).nullable().describe('what it was taken for; null: a foreign blob'),
      database: z.string().nullable().describe('configured name; null: a foreign blob'),
      state,
      hold,
      snapshotAt: time.describe('later writes are not in it; of a foreign blob: when it was written'),
      finishedAt: time.describe('when its manifest was written'),
      sizeBytes: z.number().describe('of the dump'),
      rows: z.int().nullable().describe('of all tables; null: not known'),
      sha256: z.string().nullable().describe('of the dump, hexadecimal; null: not known'),
      source: z
        .string()
        .nullable()
        .describe('what was dumped: live, clone (of a PITR), previous (swapped out), or adopted from elsewhere'),
      release: z.string().nullable().describe('version of the release that it was taken before; null: none'),
      manifestVersion: z
        .int()
        .nullable()
        .describe('one above 1 is of a later version of this app, and not acted on; null: a foreign blob'),
      blob: z.string().describe('name of the dump in its container'),
      isIntact: z.boolean().describe('the dump lies there with its size, and nobody found it damaged'),
      isShrunken: z.boolean().describe('much smaller than the one before, and nobody has accepted that'),
    })
    .meta({ id: 'CatalogEntry' }),
  'newest snapshot first',
);

export const backupAnswer = z
  .object({
    backupId,
    database: z.string().describe('configured name'),
    state,
    hold,
    heldBecause,
    damaged: z
      .looseObject({ at: time.describe('when it was found'), detail: z.string().describe('what is wrong'), jobId })
      .optional()
      .describe('a later read found other bytes, or could not decode them'),
    verifiedAgain: z
      .looseObject({ at: time.describe('when it was read'), jobId })
      .optional()
      .describe('the last later read that passed'),
    copied: z
      .looseObject({ at: time.describe('when it was read back there'), jobId })
      .optional()
      .describe('it is in the second account, too'),
    accepted: statedReason.optional().describe('somebody said that it is as small as it should be'),
    manifest: z
      .looseObject({
        manifestVersion: z.int().describe('of its format'),
        backupId: z.string().describe('the same id'),
      })
      .describe('all of the manifest: docs/format.md'),
    commands: z
      .array(z.string())
      .describe('lines for bash that restore it by hand; empty: the manifest says too little'),
  })
  .meta({ id: 'Backup' });

export const backupLinkAnswer = z
  .object({
    backupId,
    blob: z.string().describe('name of the dump in its container'),
    sizeBytes: z.number().describe('of the dump'),
    sha256: z.string().describe('of the whole dump, hexadecimal'),
    url: z.string().describe('a secret: whoever has it reads the dump until it expires'),
    expiresAt: time.describe('when the link ends'),
  })
  .meta({ id: 'BackupLink' });

export const holdAnswer = z.object({ backupId, hold, heldBecause }).meta({ id: 'Hold' });

export const acceptAnswer = z
  .object({ backupId, accepted: statedReason.describe('that it is as small as it should be') })
  .meta({ id: 'Acceptance' });
