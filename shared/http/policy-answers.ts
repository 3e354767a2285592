import { z } from 'zod';
import { type DriftKind, DRIFTS } from '../domain/storage-policies/storage-policy';

const days = z.int().describe('0: off');

export const policyPlanAnswer = z
  .object({
    mayWrite: z.boolean().describe('STORAGE_POLICY_WRITE: what has the remedy "app" would be mended'),
    accounts: z.array(
      z.object({
        purpose: z.enum(['dumps', 'content']),
        account: z.string(),
        protection: z
          .object({
            blobSoftDeleteDays: days,
            containerSoftDeleteDays: days,
            allowsPermanentDelete: z.boolean(),
            isVersioned: z.boolean(),
            lifecycleRules: z.array(z.looseObject({ name: z.string(), isEnabled: z.boolean() })),
            containers: z.array(
              z.object({
                name: z.string(),
                isThere: z.boolean(),
                immutability: z.object({ days: z.int(), isLocked: z.boolean() }).nullable(),
                hasLegalHold: z.boolean(),
              }),
            ),
          })
          .nullable()
          .describe('null: it could not be read'),
        drifts: z.array(
          z.object({
            what: z.enum(Object.keys(DRIFTS) as [DriftKind, ...DriftKind[]]),
            detail: z.string(),
            remedy: z.enum(['app', 'person']),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'PolicyPlan' });
