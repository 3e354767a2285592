import { z } from 'zod';
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
