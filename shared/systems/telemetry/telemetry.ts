import type { TelemetryEvent, TelemetryMetric } from '../../domain/watch/telemetry-names';

/** What leaves the app for Application Insights (docs/telemetry.md). Sending never fails a job. */
export interface Telemetry {
  event(
    name: TelemetryEvent,
    properties: Readonly<Record<string, string>>,
    measures: Readonly<Record<string, number>>,
  ): Promise<void>;
  metrics(values: readonly Metric[]): Promise<void>;
}

export interface Metric {
  readonly name: TelemetryMetric;
  readonly value: number;
  /** Configured name. */
  readonly database: string;
}
