import { z } from 'zod';
import { BACKUP_KINDS } from '../domain/backup/manifest';
import { BACKUP_STATES } from '../domain/catalog/catalog';
import { RETENTION_REASONS } from '../domain/retention/retention';
import { configuredName, time } from './answers';

const days = (of: string): z.ZodNumber => z.number().describe(`days that ${of} are kept`);

export const retentionPlanAnswer = z
  .object({
    policy: z
      .object({
        nightlyDays: days('nightly backups'),
        weekly: z.number().describe('newest nightly of each of so many weeks; 0: none'),
        monthly: z.number().describe('newest nightly of each of so many months; 0: none'),
        preReleaseDays: days('pre-release backups, from when their release was verified,'),
        manualDays: days('manual backups'),
        safetyDays: days('safety backups'),
        minVerified: z.number().describe('so many newest verified ones of each database stay, whatever else says'),
        expireMaxShare: z.number().describe('0 to 1: where more would expire at once, nothing does'),
      })
      .describe('the RETAIN_… settings'),
    items: z
      .array(
        z.object({
          backupId: z.string().describe('id of the backup'),
          database: configuredName,
          kind: z.enum(BACKUP_KINDS).describe('what it was taken for'),
          state: z.enum(BACKUP_STATES).describe('expired: an earlier run has marked it'),
          snapshotAt: time.describe('later writes are not in it'),
          decision: z.enum(['keep', 'expire']).describe('of the next run, unless the database is among the `stops`'),
          reasons: z.array(z.enum(RETENTION_REASONS)).describe('docs/retention.md'),
        }),
      )
      .describe('every backup, newest first in each database'),
    stops: z
      .array(
        z.object({
          database: configuredName,
          expiring: z.int().describe('backups that would have expired at once'),
          of: z.int().describe('backups that are not marked'),
        }),
      )
      .describe('databases of which nothing expires, because it would be too much at once'),
    expire: z.array(z.string()).describe('ids that the next run marks'),
    lift: z.array(z.string()).describe('ids whose marks the next run lifts'),
  })
  .meta({ id: 'RetentionPlan' });
