/** What leaves the app for Application Insights. Sending never fails a job. */
export interface Telemetry {
  /** Names and fields are documented in docs/telemetry.md. */
  event(
    name: string,
    properties: Readonly<Record<string, string>>,
    measures: Readonly<Record<string, number>>,
  ): Promise<void>;
}
