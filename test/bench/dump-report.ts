import { type Contender, OURS, PIPE, type Sample, SCRIPT, VERIFICATION } from './contenders';
import { median, row, type Row, timesFaster } from './rows';

const MIB = 1024 ** 2;
/** The script is slower by at least so much. */
const FASTER_THAN_SCRIPT = 7.5;
const FASTER_THAN_PIPE = 1;
const VERIFICATION_PART = 0.6;

interface Medians {
  readonly wallS: number;
  /** One per round. */
  readonly wallMs: readonly number[];
  readonly cpuS: number;
  readonly peakMib: number;
  readonly storedMb: number;
  readonly disturbance: number;
}

/** The table of the dump: every contender with wall, CPU, memory, stored bytes, and its ratio to the script. */
export function reportDumps(samples: ReadonlyMap<Contender, readonly Sample[]>): { rows: Row[]; table: string[][] } {
  const medians = new Map<string, Medians>([...samples].map(([{ name }, taken]) => [name, mediansOf(taken)]));
  const rows: Row[] = [];
  const table = [['contender', 'wall', 'CPU', 'peak memory', 'stored', 'faster than the script', 'others took']];
  for (const [name, of] of medians) {
    const script = medians.get(SCRIPT);
    rows.push(wallRow(name, of, medians));
    rows.push(row(`${name}: CPU`, 's', of.cpuS, against(script?.cpuS, of.cpuS)));
    rows.push(row(`${name}: peak memory`, 'MiB', of.peakMib));
    rows.push(row(`${name}: stored`, 'MB', of.storedMb));
    const faster = name === VERIFICATION ? '' : `${timesFaster(script?.wallMs ?? [], of.wallMs).toFixed(1)}×`;
    table.push([
      ...[name, `${of.wallS.toFixed(2)} s`, `${of.cpuS.toFixed(2)} s`, `${of.peakMib.toFixed(0)} MiB`],
      ...[`${of.storedMb.toFixed(0)} MB`, faster, `${(of.disturbance * 100).toFixed(0)} %`],
    ]);
  }
  const [ours, pipe] = [medians.get(OURS), medians.get(PIPE)];
  if (ours !== undefined) {
    const goal = { of: 'ratio', is: 'at least', limit: FASTER_THAN_PIPE } as const;
    rows.push(row(`${OURS}, against the pipe`, 's', ours.wallS, { ...fasterThan(pipe, ours), goal }));
  }
  return { rows, table };
}

function wallRow(name: string, of: Medians, medians: ReadonlyMap<string, Medians>): Row {
  if (name === VERIFICATION) {
    const dump = medians.get(OURS)?.wallS;
    const goal = { of: 'ratio', is: 'at most', limit: VERIFICATION_PART } as const;
    return row(`${name}, part of the dump`, 's', of.wallS, {
      baseline: dump,
      ratio: dump === undefined ? undefined : of.wallS / dump,
      goal,
    });
  }
  const goal = { of: 'ratio', is: 'at least', limit: FASTER_THAN_SCRIPT } as const;
  const compared = fasterThan(medians.get(SCRIPT), of);
  return row(name, 's', of.wallS, {
    ...compared,
    ...(name === OURS ? { goal } : {}),
  });
}

const against = (baseline: number | undefined, value: number): { baseline?: number; ratio?: number } =>
  baseline === undefined ? {} : { baseline, ratio: baseline / value };

const fasterThan = (peer: Medians | undefined, ours: Medians): { baseline?: number; ratio?: number } =>
  peer === undefined ? {} : { baseline: peer.wallS, ratio: timesFaster(peer.wallMs, ours.wallMs) };

function mediansOf(samples: readonly Sample[]): Medians {
  const of = (value: (sample: Sample) => number): number => median(samples.map(value));
  return {
    wallS: of((sample) => sample.wallMs / 1000),
    wallMs: samples.map(({ wallMs }) => wallMs),
    cpuS: of((sample) => sample.cpuMs / 1000),
    peakMib: of((sample) => sample.peakBytes / MIB),
    storedMb: of((sample) => sample.storedBytes / 1e6),
    disturbance: of((sample) => sample.disturbance),
  };
}
