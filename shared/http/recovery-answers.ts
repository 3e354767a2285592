import { z } from 'zod';
import { BACKUP_STATES } from '../domain/catalog/catalog';
import { WAYS } from '../domain/advice/recovery-advice';
import { POINT_KINDS } from '../domain/advice/recovery-points';
import { callOf, time } from './answers';

const pointKind = z.enum(POINT_KINDS);

export const recoveryPointsAnswer = z
  .object({
    items: z
      .array(
        z.object({
          kind: pointKind.describe('what there is to go back to; pitr-window: any moment of it'),
          database: z.string().optional().describe('configured name; absent of deleted blobs'),
          from: time.describe('the moment, or the first one'),
          to: time.describe('the same as `from` but for a PITR window and deleted blobs'),
          backupId: z.string().optional().describe('of a dump'),
          state: z.enum(BACKUP_STATES).optional().describe('of a dump'),
          release: z.string().nullable().optional().describe('the release that the dump was taken before'),
          name: z
            .string()
            .optional()
            .describe('of a swapped-out database on its server, a restored server, or a container'),
          jobId: z.string().optional().describe('the job that swapped it out (its undo brings it back) or restored it'),
          count: z.number().int().optional().describe('contents of blobs that soft delete has'),
          hasMore: z.boolean().optional().describe('there are more than were counted'),
          expiresAt: time.optional().describe('when a restored server may be deleted'),
        }),
      )
      .describe('newest first'),
    unavailable: z
      .array(
        z.object({
          kind: pointKind.describe('what cannot be shown'),
          database: z.string().optional().describe('configured name; absent of what belongs to none'),
          reason: z.string().describe('why'),
        }),
      )
      .describe('what could not be asked, so that there may be more'),
  })
  .meta({ id: 'RecoveryPoints' });

export const recoveryAdviceAnswer = z
  .object({
    items: z
      .array(
        z.object({
          way: z.enum(WAYS).describe('a stable word'),
          why: z.string().describe('what speaks for it'),
          recoveryPoint: time.nullable().describe('null: it changes no data'),
          lossSeconds: z.number().nullable().describe('good writes before the incident that are not in it'),
          expectedSeconds: z.number().nullable().describe("from this installation's own runs; null: there was none"),
          sideEffects: z.array(z.string()).describe('what else it does, needs or costs'),
          missing: z.array(z.string()).describe('prerequisites that fail right now'),
          call: callOf(['GET', 'POST'])
            .nullable()
            .describe('what starts it, once what is in angle brackets is filled in; null: this app does not do it'),
        }),
      )
      .describe('best first'),
  })
  .meta({ id: 'RecoveryAdvice' });
