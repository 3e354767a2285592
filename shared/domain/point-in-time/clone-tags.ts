/** Tags of a restored server: whose it is, and until when. The reaper deletes nothing without them. */
export const INSTALLATION_TAG = 'lifebook-backup-installation';
export const JOB_TAG = 'lifebook-backup-job';
/** ISO 8601; absent: the server stays until somebody deletes it. */
export const UNTIL_TAG = 'lifebook-backup-until';

export function cloneTags(
  installation: string,
  jobId: string,
  until: string | undefined,
): Readonly<Record<string, string>> {
  return {
    [INSTALLATION_TAG]: installation,
    [JOB_TAG]: jobId,
    ...(until === undefined ? {} : { [UNTIL_TAG]: until }),
  };
}
