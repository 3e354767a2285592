import { parseArgs } from 'node:util';

export const PARTS = ['dump', 'memory', 'restore', 'cold-start', 'catalog', 'console'] as const;
export type Part = (typeof PARTS)[number];

export interface BenchOptions {
  /** Bytes of rows in the data set. */
  readonly sizeBytes: number;
  readonly runs: number;
  readonly parts: readonly Part[];
  readonly jsonFile: string | undefined;
  /** How long all waits for a quiet machine together may take (quiet.ts). */
  readonly patienceMs: number;
  /** End with 1 when a goal is missed. */
  readonly strict: boolean;
}

export const USAGE = `npm run bench -- [--size 1.5GB] [--runs 3] [--only ${PARTS.join(',')}] [--patience 180] [--json FILE] [--strict]
  --size      bytes of rows in the data set (MB, GB)
  --runs      rounds; every contender runs once a round, and medians are printed
  --only      parts of it
  --patience  seconds that all waits for a quiet machine together may take
  --json      also write rows {name, unit, value, baseline, ratio, goal, met}
  --strict    exit 1 when a goal is missed (or BENCH_STRICT=1)`;

export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      size: { type: 'string', default: '1.5GB' },
      runs: { type: 'string', default: '3' },
      only: { type: 'string', default: PARTS.join(',') },
      patience: { type: 'string', default: '180' },
      json: { type: 'string' },
      strict: { type: 'boolean', default: process.env['BENCH_STRICT'] === '1' },
    },
  });
  const parts = values.only.split(',').map((name) => {
    const part = PARTS.find((known) => known === name);
    if (part === undefined) throw new Error(`--only ${name}: known are ${PARTS.join(', ')}`);
    return part;
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs ${values.runs}: not a whole number from 1 on`);
  const patienceMs = Number(values.patience) * 1000;
  if (!(patienceMs >= 0)) throw new Error(`--patience ${values.patience}: not a number of seconds`);
  return { sizeBytes: readSize(values.size), runs, parts, patienceMs, jsonFile: values.json, strict: values.strict };
}

function readSize(value: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(MB|GB)$/i.exec(value) ?? [];
  if (number === undefined) throw new Error(`--size ${value}: not a number of MB or GB, as in 1.5GB`);
  return Number(number) * (unit?.toUpperCase() === 'GB' ? 1e9 : 1e6);
}
