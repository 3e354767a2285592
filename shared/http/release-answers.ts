import { z } from 'zod';
import { ROLLBACK_WAYS } from '../domain/releases/rollback-plan';
import { callOf, configuredName, releaseOf, schemaRevision, time, warning } from './answers';

export const releaseAnswer = z
  .object({
    ...releaseOf.shape,
    verifiedAt: time.describe('of the first call: the retention of its dumps counts from here'),
    verifiedBy: z.string().describe('who made the first call'),
    databases: z.array(z.string()).describe('configured names of the databases whose dumps name it'),
    runningSince: time.nullable().describe('null: it was rolled back'),
    backups: z.array(z.string()).describe('ids of the pre-release dumps that wait no longer, newest first'),
    warnings: z.array(warning).describe('what to know of it although it was done'),
  })
  .meta({ id: 'Release' });

const step = z.object({
  what: z.string().describe('what is done, in words'),
  call: callOf(['GET', 'POST', 'PUT'])
    .nullable()
    .describe('null: something that this app does not do; what is in angle brackets has to be filled in'),
});

export const rollbackPlanAnswer = z
  .object({
    version: z.string().describe('of the release that is taken back'),
    database: configuredName,
    redeploy: releaseOf.nullable().describe('never `version` itself; null: nobody recorded what ran before'),
    backup: z
      .object({
        backupId: z.string().describe('id of the backup'),
        snapshotAt: time.describe('later writes are not in it'),
        schemaRevision,
      })
      .nullable()
      .describe('the dump from before it; null: there is none that can be restored'),
    schema: z
      .object({
        live: z.string().nullable().describe('schema revision of the live database'),
        before: z.string().nullable().describe('that of the dump'),
        hasChanged: z.boolean().nullable().describe('null: one of them is not known'),
      })
      .describe('whether the release has changed the schema'),
    ways: z
      .array(
        z.object({
          way: z.enum(ROLLBACK_WAYS).describe('app-only: the database stays as it is'),
          when: z.string().describe('when this is the one to take'),
          recoveryPoint: time.nullable().describe('later writes are lost; null: it changes no data, or is not known'),
          steps: z.array(step).describe('in order'),
          missing: z.array(z.string()).describe('prerequisites that fail right now'),
        }),
      )
      .describe('best first'),
    warnings: z.array(warning).describe('what to know before it is done'),
  })
  .meta({ id: 'RollbackPlan' });
