import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readHostConfig } from '../../../../infra/local/host/host-config';
import { decodeMessage } from '../../../../infra/local/host/queue-message';
import { patternToExpression } from '../../../../infra/local/host/path-pattern';
import { parseTimeSpanMs } from '../../../../infra/local/host/time-span';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lifebook-host-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = async (json: unknown) => {
  writeFileSync(join(folder, 'host.json'), JSON.stringify(json));
  return await readHostConfig(folder);
};

describe('host.json', () => {
  it("has the real host's defaults", async () => {
    expect(await read({ version: '2.0' })).toEqual({
      routePrefix: 'api',
      functionTimeoutMs: 1_800_000,
      logLevel: undefined,
      queues: {
        ...{ batchSize: 16, newBatchThreshold: 8, maxDequeueCount: 5, visibilityTimeoutMs: 0 },
        ...{ messageEncoding: 'base64', maxPollingIntervalMs: 60_000 },
      },
    });
  });

  it('gives what it says', async () => {
    const queues = {
      batchSize: 1,
      newBatchThreshold: 0,
      visibilityTimeout: '00:00:30',
      messageEncoding: 'None',
      maxPollingInterval: '00:00:02',
    };
    const config = await read({
      version: '2.0',
      functionTimeout: '-1',
      extensions: { http: { routePrefix: '' }, queues },
    });
    expect(config).toMatchObject({ routePrefix: '', functionTimeoutMs: undefined });
    expect(config.queues).toMatchObject({
      batchSize: 1,
      newBatchThreshold: 0,
      visibilityTimeoutMs: 30_000,
      messageEncoding: 'none',
      maxPollingIntervalMs: 2_000,
    });
  });

  it.each([
    [{ version: '3.0' }],
    [{ version: '2.0', functionTimeout: 'long' }],
    [{ version: '2.0', extensions: { queues: { batchSize: 33 } } }],
    [{ version: '2.0', extensions: { queues: { messageEncoding: 'utf-8' } } }],
    [[]],
  ])('is refused as %j', async (json) => {
    await expect(read(json)).rejects.toThrow('host.json');
  });
});

it.each([
  ['00:05:00', 300_000],
  ['1.02:03:04', 93_784_000],
  ['00:00:00.5', 500],
  ['00:60:00', undefined],
  ['5', undefined],
])('the time span %s is %s ms', (text, expected) => {
  expect(parseTimeSpanMs(text)).toBe(expected);
});

it.each([
  ['dist/main.js', 'dist/main.js', true],
  ['dist/main.js', 'dist/mainXjs', false],
  ['./dist/*.js', 'dist/a.js', true],
  ['dist/*.js', 'dist/b/a.js', false],
  ['dist/**/*.js', 'dist/a.js', true],
  ['dist/**/*.js', 'dist/b/c/a.js', true],
  ['{src/index.js,src/functions/*.js}', 'src/functions/x.js', true],
])('the pattern %s on %s is %s', (pattern, path, expected) => {
  expect(patternToExpression(pattern).test(path)).toBe(expected);
});

it('decodes messages by their encoding, and says when they are not in it', () => {
  expect(decodeMessage('plain', 'none')).toBe('plain');
  expect(decodeMessage(Buffer.from('grüße').toString('base64'), 'base64')).toBe('grüße');
  expect(decodeMessage('{"v":1}', 'base64')).toBeUndefined();
});
