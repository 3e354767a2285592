/**
 * Every event and metric that leaves the app, with its fields: shared by the code, docs/telemetry.md (a test compares them)
 * and the alert queries, so that none of them can ask for a name that is never sent.
 */
export const TELEMETRY_EVENTS = {
  JobEnded: {
    properties: ['jobId', 'kind', 'database', 'state', 'code'],
    measures: ['durationMs', 'sizeBytes', 'bytesPerSecond', '<phase>Ms'],
  },
  CheckFailed: { properties: ['check', 'database', 'severity', 'since', 'detail', 'hint'], measures: [] },
  CheckRecovered: { properties: ['check', 'database', 'severity', 'since'], measures: ['failedMs'] },
  CheckStillFailing: {
    properties: ['check', 'database', 'severity', 'since', 'detail', 'hint'],
    measures: ['ageHours'],
  },
  Audit: {
    // prettier-ignore
    properties: ['requestedAt', 'subject', 'who', 'what', 'call', 'outcome', 'code', 'jobId', 'address', 'userAgent'],
    measures: ['status'],
  },
} as const satisfies Record<string, { properties: readonly string[]; measures: readonly string[] }>;

export type TelemetryEvent = keyof typeof TELEMETRY_EVENTS;

/** Numbers to draw and to alert on; each has the dimension `database`. */
export const TELEMETRY_METRICS = ['NewestBackupAgeHours', 'NewestBackupBytes', 'DrillRecoverySeconds'] as const;
export type TelemetryMetric = (typeof TELEMETRY_METRICS)[number];
