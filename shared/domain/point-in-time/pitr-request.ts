/** What a point-in-time restore was asked for; written into its record by the trigger. */
export interface PitrRequest {
  /** ISO 8601 UTC with milliseconds. */
  readonly pointInTime: string;
  /** Name of the new server; default: made from the source's name and the time. */
  readonly targetServer?: string | undefined;
  /** `export`: dump the database from the new server into the catalog, then delete the server. */
  readonly then: 'keep' | 'export';
  /** Leave the schedules of pg_cron as they are on the new server. */
  readonly keepJobs?: boolean | undefined;
  /** After so long the reaper may delete the server. Default: never with `keep`, CLONE_TTL_HOURS with `export`. */
  readonly ttlHours?: number | undefined;
}
