import type { TelemetryClient } from 'applicationinsights';
import type { TelemetryEvent } from '../../domain/watch/telemetry-names';
import type { Log } from '../log/log';
import type { Metric, Telemetry } from './telemetry';

/**
 * Application Insights. The package costs about a second and 60 MB to load (house-style.md, "Traps"), so it is loaded
 * at the first event and not at all without a connection string.
 */
export class ApplicationInsightsTelemetry implements Telemetry {
  private client: Promise<TelemetryClient | undefined> | undefined;

  constructor(
    private readonly connectionString: () => string | undefined,
    private readonly log: Log,
  ) {}

  event(
    name: TelemetryEvent,
    properties: Readonly<Record<string, string>>,
    measures: Readonly<Record<string, number>>,
  ): Promise<void> {
    return this.send(name, (client) => {
      client.trackEvent({ name, properties: { ...properties }, measurements: { ...measures } });
    });
  }

  metrics(values: readonly Metric[]): Promise<void> {
    return this.send('metrics', (client) => {
      for (const { name, value, database } of values) client.trackMetric({ name, value, properties: { database } });
    });
  }

  private async send(what: string, track: (client: TelemetryClient) => void): Promise<void> {
    try {
      this.client ??= this.load();
      const client = await this.client;
      if (client === undefined) return;
      track(client);
      await client.flush();
    } catch (error) {
      this.log.warn('telemetry-failed', { name: what, why: error instanceof Error ? error.name : 'unknown' });
    }
  }

  private async load(): Promise<TelemetryClient | undefined> {
    const connectionString = this.connectionString();
    if (connectionString === undefined) return undefined;
    const { TelemetryClient: Client } = await import('applicationinsights');
    // our own events only: what the host collects already must not be sent twice
    const client = new Client(connectionString, { useGlobalProviders: false });
    client.config.samplingPercentage = 100;
    client.config.enableAutoCollectConsole = false;
    client.config.enableAutoCollectExceptions = false;
    client.config.enableSendLiveMetrics = false;
    return client;
  }
}
