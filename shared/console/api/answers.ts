import type { z } from 'zod';
import type { auditAnswer, databasesAnswer, jobAnswer, problemAnswer } from '../../http/answers';
import type { backupAnswer, backupLinkAnswer, backupsAnswer } from '../../http/backup-answers';
import type { deletedBlobsAnswer } from '../../http/blob-answers';
import type { drillAnswer, drillsAnswer } from '../../http/drill-answers';
import type { pitrPlanAnswer, restorePlanAnswer, undoPlanAnswer } from '../../http/restore-answers';
import type { checksAnswer, selfTestAnswer } from '../../http/check-answers';
import type { policyPlanAnswer } from '../../http/policy-answers';
import type { recoveryAdviceAnswer, recoveryPointsAnswer } from '../../http/recovery-answers';
import type { rollbackPlanAnswer } from '../../http/release-answers';
import type { retentionPlanAnswer } from '../../http/retention-answers';

/** What the API answers, by the very schemas that its document is made of. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor?: string | undefined;
}
type ItemOf<List extends z.ZodType<{ items: unknown[] }>> = z.infer<List>['items'][number];

export type Advice = ItemOf<typeof recoveryAdviceAnswer>;
export type AuditRecord = ItemOf<typeof auditAnswer>;
export type Backup = z.infer<typeof backupAnswer>;
export type BackupLine = ItemOf<typeof backupsAnswer>;
export type BackupLink = z.infer<typeof backupLinkAnswer>;
export type CheckList = z.infer<typeof checksAnswer>;
export type Check = ItemOf<typeof checksAnswer>;
/** Without `containers=true` the list has blobs alone. */
export type Database = ItemOf<typeof databasesAnswer>;
export type DeletedBlob = Extract<ItemOf<typeof deletedBlobsAnswer>, { container: string }>;
export type Drill = z.infer<typeof drillAnswer>;
export type DrillLine = ItemOf<typeof drillsAnswer>;
export type Job = z.infer<typeof jobAnswer>;
export type PitrPlan = z.infer<typeof pitrPlanAnswer>;
export type PolicyPlan = z.infer<typeof policyPlanAnswer>;
export type RecoveryPoints = z.infer<typeof recoveryPointsAnswer>;
export type RestorePlan = z.infer<typeof restorePlanAnswer>;
export type RetentionPlan = z.infer<typeof retentionPlanAnswer>;
export type RollbackPlan = z.infer<typeof rollbackPlanAnswer>;
export type SelfTest = z.infer<typeof selfTestAnswer>;
export type UndoPlan = z.infer<typeof undoPlanAnswer>;
/** `code` is a text here: the page has problems of its own, and the app may be newer than the page. */
export type Problem = Omit<z.infer<typeof problemAnswer>, 'code' | 'type'> & { readonly code: string };
