import type { BackupKind, Release } from './manifest';

/** What a backup job was asked for; written into its record by the trigger. */
export interface BackupRequest {
  readonly kind: BackupKind;
  readonly release?: Release | undefined;
  readonly runningRelease?: Release | undefined;
  readonly reason?: string | undefined;
  /** For a nightly: the time of the schedule that it stands for. */
  readonly scheduledAt?: string | undefined;
}
