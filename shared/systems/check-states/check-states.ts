import type { CheckState } from '../../domain/watch/check-states';

/** What the checks said when the watch looked last. Failures: `storage-unavailable`, `storage-refused`. */
export interface CheckStates {
  /** `version` is undefined when the watch never looked. */
  read(): Promise<{ states: readonly CheckState[]; version: string | undefined }>;
  /** False when somebody else wrote since `version`: of two watchers at once one alone tells of a change. */
  write(states: readonly CheckState[], version: string | undefined): Promise<boolean>;
}
