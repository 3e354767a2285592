import { z } from 'zod';
import { type DriftKind, DRIFTS } from '../domain/storage-policies/storage-policy';

const softDeleteDays = (of: string): z.ZodInt =>
  z.int().describe(`days that deleted ${of} can be brought back; 0: off`);

const lifecycleRule = z.object({
  name: z.string().describe('of the rule'),
  isEnabled: z.boolean().describe('false: it does nothing'),
  blobTypes: z.array(z.string()).describe('blockBlob, appendBlob'),
  prefixes: z.array(z.string()).describe("begin with the container's name; none: the whole account"),
  tags: z
    .array(z.object({ name: z.string().describe('of the tag'), value: z.string().describe('of the tag') }))
    .describe('a blob must have all of them'),
  deletes: z.boolean().describe('it deletes current blobs'),
  archives: z.boolean().describe('it moves them to the archive tier'),
  coolsAfterDays: z
    .number()
    .nullable()
    .describe('it moves them to the cool tier when last modified so long ago; null: never'),
});

const protection = z.object({
  blobSoftDeleteDays: softDeleteDays('blobs'),
  containerSoftDeleteDays: softDeleteDays('containers'),
  allowsPermanentDelete: z.boolean().describe('what is soft-deleted may be deleted for good before its time'),
  isVersioned: z.boolean().describe('what is overwritten stays as a version'),
  lifecycleRules: z.array(lifecycleRule).describe('those of others, too'),
  containers: z
    .array(
      z.object({
        name: z.string().describe('of the container'),
        isThere: z.boolean().describe('false: the account has none of the name'),
        immutability: z
          .object({
            days: z.int().describe('days that a blob can be neither changed nor deleted'),
            isLocked: z.boolean().describe('nobody can shorten it any more'),
          })
          .nullable()
          .describe('time-based, of the whole container; null: none'),
        hasLegalHold: z.boolean().describe('nothing can be changed or deleted until it is lifted'),
      }),
    )
    .describe('those that matter here'),
});

export const policyPlanAnswer = z
  .object({
    mayWrite: z.boolean().describe('STORAGE_POLICY_WRITE: what has the remedy "app" would be mended'),
    accounts: z
      .array(
        z.object({
          purpose: z.enum(['dumps', 'content']).describe('content: photos and audio'),
          account: z.string().describe('name of the storage account'),
          protection: protection.nullable().describe('null: it could not be read'),
          drifts: z
            .array(
              z.object({
                what: z.enum(Object.keys(DRIFTS) as [DriftKind, ...DriftKind[]]).describe('a stable word'),
                detail: z.string().describe('what is and what should be'),
                remedy: z.enum(['app', 'person']).describe('who can mend it'),
              }),
            )
            .describe('what makes it weaker than it should be'),
        }),
      )
      .describe('every account that the app protects'),
  })
  .meta({ id: 'PolicyPlan' });
