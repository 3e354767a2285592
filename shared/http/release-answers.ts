import { z } from 'zod';
import { ROLLBACK_WAYS } from '../domain/releases/rollback-plan';
import { warning } from './answers';

const time = z.iso.datetime();

export const releaseAnswer = z
  .object({
    version: z.string(),
    commit: z.string().optional(),
    verifiedAt: time.describe('of the first call: the retention of its dumps counts from here'),
    verifiedBy: z.string(),
    databases: z.array(z.string()).describe('configured names of the databases whose dumps name it'),
    runningSince: time.nullable().describe('null: it was rolled back'),
    backups: z.array(z.string()).describe('ids of the pre-release dumps that wait no longer, newest first'),
    warnings: z.array(warning),
  })
  .meta({ id: 'Release' });

const release = z.object({ version: z.string(), commit: z.string().optional() });
const step = z.object({
  what: z.string(),
  call: z
    .object({ method: z.enum(['GET', 'POST', 'PUT']), path: z.string(), body: z.looseObject({}).optional() })
    .nullable()
    .describe('null: something that this app does not do; what is in angle brackets has to be filled in'),
});

export const rollbackPlanAnswer = z
  .object({
    version: z.string(),
    database: z.string().describe('configured name'),
    redeploy: release.nullable().describe('never `version` itself; null: nobody recorded what ran before'),
    backup: z
      .object({
        backupId: z.string(),
        snapshotAt: time,
        schemaRevision: z.object({ source: z.string(), value: z.string() }).nullable(),
      })
      .nullable(),
    schema: z.object({
      live: z.string().nullable().describe('schema revision of the live database'),
      before: z.string().nullable().describe('that of the dump'),
      hasChanged: z.boolean().nullable().describe('null: one of them is not known'),
    }),
    ways: z
      .array(
        z.object({
          way: z.enum(ROLLBACK_WAYS),
          when: z.string().describe('when this is the one to take'),
          recoveryPoint: time.nullable().describe('later writes are lost; null: it changes no data'),
          steps: z.array(step).describe('in order'),
          missing: z.array(z.string()).describe('prerequisites that fail right now'),
        }),
      )
      .describe('best first'),
    warnings: z.array(warning),
  })
  .meta({ id: 'RollbackPlan' });
