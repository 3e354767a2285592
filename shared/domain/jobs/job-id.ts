/**
 * A job's id begins with the time of its request, so that ids sort by time and the folder of a finished job follows
 * from its id. A nightly job's id is fixed by database and scheduled time: a timer that fires twice makes one job.
 */
const JOB_ID = /^(\d{4})(\d{2})\d{2}T\d{6}Z-[a-z0-9][a-z0-9-]{0,60}$/;

export const isJobId = (text: string): boolean => JOB_ID.test(text);

export const newJobId = (requestedAt: Date, random: string): string => `${compactTime(requestedAt)}-${random}`;

export const nightlyJobId = (database: string, scheduledAt: Date): string =>
  `${compactTime(scheduledAt)}-nightly-${database}`;

export const drillJobId = (database: string, scheduledAt: Date): string =>
  `${compactTime(scheduledAt)}-drill-${database}`;

/** One a day of a backup: what is requested twice is one job. */
export const reverifyJobId = (backupId: string, day: Date): string => `${dayTime(day)}-verify-${shortId(backupId)}`;

/** One for each swap and day (UTC): what was kept is asked again the next day. */
export const dropJobId = (swapJobId: string, now: Date): string => `${dayTime(now)}-drop-${swapJobId.toLowerCase()}`;

/** One a day of a backup, as for reads: a failed copy is asked for again the next day. */
export const copyJobId = (backupId: string, day: Date): string => `${dayTime(day)}-copy-${shortId(backupId)}`;

/** One for each day (UTC). */
export const policiesJobId = (at: Date): string => `${dayTime(at)}-storage-policies`;

/** `2026-11` of `20261123T020000Z-…`: the month of the request. */
export function monthOfJob(jobId: string): string {
  const match = JOB_ID.exec(jobId);
  return `${match?.[1] ?? '0000'}-${match?.[2] ?? '00'}`;
}

/** A job's id as part of a name that may have small letters, digits and underscores only. */
export const slug = (jobId: string): string => jobId.toLowerCase().replaceAll(/[^a-z0-9]/g, '_');

const compactTime = (time: Date): string => `${time.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;

/** `lifebook-20261122-0200` of `lifebook_backup_20261122_0200`. */
const shortId = (backupId: string): string => backupId.replace('_backup_', '-').replaceAll('_', '-');

/** The midnight (UTC) that the day of a time begins with, as ids have it. */
const dayTime = (time: Date): string => `${compactTime(time).slice(0, 8)}T000000Z`;
