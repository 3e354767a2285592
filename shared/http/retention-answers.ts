import { z } from 'zod';
import { BACKUP_STATES } from '../domain/catalog/catalog';
import { BACKUP_KINDS } from '../domain/backup/manifest';
import { RETENTION_REASONS } from '../domain/retention/retention';
import { statedReason } from './answers';

export const retentionPlanAnswer = z
  .object({
    policy: z.record(z.string(), z.number()),
    items: z.array(
      z.object({
        backupId: z.string(),
        database: z.string().describe('configured name'),
        kind: z.enum(BACKUP_KINDS),
        state: z.enum(BACKUP_STATES),
        snapshotAt: z.iso.datetime(),
        decision: z.enum(['keep', 'expire']),
        reasons: z.array(z.enum(RETENTION_REASONS)).describe('docs/retention.md'),
      }),
    ),
    stops: z
      .array(z.object({ database: z.string(), expiring: z.int(), of: z.int() }))
      .describe('databases of which nothing expires, because it would be too much at once'),
    expire: z.array(z.string()).describe('what the next run marks'),
    lift: z.array(z.string()).describe('marks that the next run lifts'),
  })
  .meta({ id: 'RetentionPlan' });

export const holdAnswer = z
  .object({
    backupId: z.string(),
    hold: z.enum(['none', 'held']),
    heldBecause: statedReason.extend({ until: z.iso.datetime().optional() }).optional(),
  })
  .meta({ id: 'Hold' });

export const acceptAnswer = z.object({ backupId: z.string(), accepted: statedReason }).meta({ id: 'Acceptance' });
