import type { PolicyReport } from '../../domain/storage-policies/storage-policy';

/** What the last comparison of the storage policies found. Failures: `storage-unavailable`, `storage-refused`. */
export interface PolicyReports {
  /** Undefined when none was ever made. */
  read(): Promise<PolicyReport | undefined>;
  write(report: PolicyReport): Promise<void>;
}
