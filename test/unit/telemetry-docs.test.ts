import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { CHECK_NAMES } from '../../shared/domain/watch/checks';
import { TELEMETRY_EVENTS, TELEMETRY_METRICS } from '../../shared/domain/watch/telemetry-names';

const page = (name: string): string => readFileSync(join(__dirname, '..', '..', 'docs', name), 'utf8');
const rowOf = (text: string, name: string): string =>
  text.split('\n').find((line) => line.startsWith(`| \`${name}\``)) ?? '';

describe('the documentation of telemetry', () => {
  it.each(Object.entries(TELEMETRY_EVENTS))('has a row for %s with all of its fields', (name, fields) => {
    const row = rowOf(page('telemetry.md'), name);
    const named = [...fields.properties, ...fields.measures].filter((field) => row.includes(`\`${field}\``));
    expect(named).toEqual([...fields.properties, ...fields.measures]);
  });

  it('names every metric, and no event that is not sent', () => {
    const named = [...page('telemetry.md').matchAll(/^\| `(\w+)`/gm)].map((match) => match[1]);
    expect(named).toEqual([...Object.keys(TELEMETRY_EVENTS), ...TELEMETRY_METRICS]);
  });
});

it('has a row for every check', () => {
  // the first table; those below are about other things
  const [checks = ''] = page('checks.md').split('\n## ');
  const named = [...checks.matchAll(/^\| (`[\w-]+`(?:, `[\w-]+`)*)/gm)].flatMap((match) =>
    (match[1] ?? '').replaceAll('`', '').split(', '),
  );
  expect(named).toEqual(CHECK_NAMES);
});
