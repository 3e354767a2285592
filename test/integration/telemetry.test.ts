import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { makeScratchFolder } from '../../infra/local/environment/scratch-folder';
import { startTelemetrySink } from '../fixtures/canary/telemetry-sink';

interface Envelope {
  readonly sampleRate?: number;
  readonly data: { readonly baseType: string; readonly baseData: Readonly<Record<string, unknown>> };
}

it('arrives at an ingestion endpoint as events and metrics, unsampled, and nothing else does', async () => {
  const folder = await makeScratchFolder('telemetry');
  const sink = await startTelemetrySink(folder);
  try {
    const program = join(__dirname, '..', 'fixtures', 'telemetry', 'send.ts');
    await promisify(execFile)(process.execPath, ['--import', 'tsx', program], {
      env: { ...process.env, ...sink.settings },
    });
    const envelopes = sink.received().flatMap(envelopesOf);
    expect(envelopes.map(({ data }) => data)).toEqual([
      {
        baseType: 'EventData',
        baseData: expect.objectContaining({
          name: 'JobEnded',
          properties: {
            ...{ jobId: '20261125T020000Z-nightly-lifebook', kind: 'backup', database: 'lifebook' },
            ...{ state: 'succeeded', code: '' },
          },
          measurements: { durationMs: 4000, sizeBytes: 1000, bytesPerSecond: 500, dumpMs: 2000 },
        }),
      },
      metric('NewestBackupAgeHours', 2.5),
      metric('NewestBackupBytes', 1000),
    ]);
    expect(envelopes.map(({ sampleRate = 100 }) => sampleRate)).toEqual([100, 100, 100]);
  } finally {
    await sink.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

const metric = (name: string, value: number): unknown => ({
  baseType: 'MetricData',
  baseData: expect.objectContaining({
    metrics: [expect.objectContaining({ name, value })],
    properties: expect.objectContaining({ database: 'lifebook' }),
  }),
});

/** The first two lines of what was received are the path and the headers. */
function envelopesOf(received: string): Envelope[] {
  const [path, , ...lines] = received.split('\n');
  if (!(path ?? '').includes('track')) return [];
  const body = lines.join('\n').trim();
  const parsed: unknown = body.startsWith('[')
    ? JSON.parse(body)
    : body.split('\n').map((line) => JSON.parse(line) as unknown);
  return parsed as Envelope[];
}
