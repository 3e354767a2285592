/** What an account promises about deleted and overwritten blobs. The ARM simulator and Set Blob Service Properties write it. */
export interface RecoveryPolicy {
  /** Undefined: what is deleted or overwritten is gone. */
  blobSoftDeleteDays: number | undefined;
  containerSoftDeleteDays: number | undefined;
  isVersioningEnabled: boolean;
  /** Only told to callers (Get Account Information): the other ways of such accounts are not simulated. */
  isHierarchicalNamespace: boolean;
}

export const SOFT_DELETE_14_DAYS: RecoveryPolicy = {
  blobSoftDeleteDays: 14,
  containerSoftDeleteDays: 14,
  isVersioningEnabled: false,
  isHierarchicalNamespace: false,
};
