import type { Cell, Outcome, Stage } from '../../fixtures/faults/cell';
import { complainUnless } from '../../fixtures/faults/cell';
import type { ToolPlan } from '../../fixtures/faults/faulty-tools';

/** Short waits for programs that hang. */
const IMPATIENT = { DUMP_EXIT_WAIT_SECONDS: '2', DUMP_STALL_SECONDS: '3', VERIFY_STALL_SECONDS: '3' };

const STAGE: Readonly<Record<ToolPlan['at'], Stage>> = {
  before: 'before the first byte',
  middle: 'in the middle',
  after: 'after the last byte',
};

function dump(
  at: ToolPlan['at'],
  does: ToolPlan['does'],
  fault: string,
  expected: Outcome,
  more?: Partial<ToolPlan>,
): Cell {
  return {
    ...{ stage: STAGE[at], fault: `pg_dump ${fault}`, expected: [expected], settings: IMPATIENT },
    tools: { tool: 'pg_dump', at, does, ...more },
    waits: /hang|killed/.test(does) && more?.once !== true ? 10 : 0,
  };
}

function restore(at: ToolPlan['at'], does: ToolPlan['does'], fault: string, expected: Outcome, once = false): Cell {
  return {
    ...{ stage: 'during read-back', fault: `pg_restore ${fault}`, expected: [expected], settings: IMPATIENT },
    tools: { tool: 'pg_restore', at, does, once },
    waits: does === 'hang' ? 10 : 0,
  };
}

const ONCE = { once: true };

/** pg_dump, pg_restore and pg_dumpall misbehave. */
export const TOOL_CELLS: readonly Cell[] = [
  dump('before', 'exit-1', 'exits 1', 'failed: dump-failed'),
  dump('middle', 'exit-1', 'exits 1', 'failed: dump-failed'),
  dump('after', 'exit-1', 'exits 1', 'failed: dump-failed'),
  dump('before', 'silent-exit-1', 'exits 1 without a word', 'failed: dump-failed'),
  dump('middle', 'silent-exit-1', 'exits 1 without a word', 'failed: dump-failed'),
  dump('after', 'silent-exit-1', 'exits 1 without a word', 'failed: dump-failed'),

  dump('before', 'killed', 'dies by SIGKILL, always', 'failed: dump-killed'),
  dump('middle', 'killed', 'dies by SIGKILL, always', 'failed: dump-killed'),
  dump('after', 'killed', 'dies by SIGKILL, always', 'failed: dump-killed'),
  dump('before', 'killed', 'dies by SIGKILL, once', 'succeeded after take-over', ONCE),
  dump('middle', 'killed', 'dies by SIGKILL, once', 'succeeded after take-over', ONCE),
  dump('after', 'killed', 'dies by SIGKILL, once', 'succeeded after take-over', ONCE),

  dump('before', 'close-and-hang', 'closes stdout and hangs, always', 'failed: dump-hung'),
  dump('middle', 'close-and-hang', 'closes stdout and hangs, always', 'failed: dump-hung'),
  dump('after', 'close-and-hang', 'closes stdout and hangs, always', 'failed: dump-hung'),
  dump('middle', 'close-and-hang', 'closes stdout and hangs, once', 'succeeded after take-over', ONCE),
  dump('before', 'hang', 'hangs with stdout open, always', 'failed: dump-hung'),
  dump('middle', 'hang', 'hangs with stdout open, always', 'failed: dump-hung'),
  dump('after', 'hang', 'hangs with stdout open, always', 'failed: dump-hung'),
  dump('middle', 'hang-deaf', 'hangs and ignores SIGTERM, once', 'succeeded after take-over', ONCE),

  dump('before', 'unknown-warning', 'writes an unknown warning, exits 0', 'failed: dump-warned'),
  dump('middle', 'unknown-warning', 'writes an unknown warning, exits 0', 'failed: dump-warned'),
  dump('after', 'unknown-warning', 'writes an unknown warning, exits 0', 'failed: dump-warned'),
  ...(['before', 'middle', 'after'] as const).map((at) => ({
    ...dump(at, 'known-warning', 'writes a known warning, exits 0', 'succeeded'),
    also: toldWarning('circular-foreign-keys'),
  })),

  dump('before', 'cut', 'exits 0 without an archive', 'failed: dump-empty'),
  dump('middle', 'cut', 'exits 0 with a cut archive', 'failed: archive-undecodable'),
  dump('after', 'cut', 'exits 0 with the last three bytes cut', 'failed: archive-undecodable'),
  dump('before', 'damage', 'exits 0 with a damaged archive header', 'failed: archive-undecodable', { damage: 'magic' }),
  dump('middle', 'damage', "exits 0 with a data block's type damaged", 'failed: archive-undecodable', {
    damage: 'block-type',
  }),
  dump('middle', 'damage', "exits 0 with a data block's id damaged", 'failed: archive-undecodable', {
    damage: 'block-id',
  }),
  dump('middle', 'damage', "exits 0 with a data block's length damaged", 'failed: archive-undecodable', {
    damage: 'block-length',
  }),
  dump('after', 'damage', 'exits 0 with the last byte damaged', 'failed: archive-undecodable', { damage: 'last-byte' }),

  restore('before', 'exit-1', 'exits 1 at once', 'failed: archive-undecodable'),
  restore('middle', 'exit-1', 'exits 1 in the middle', 'failed: archive-undecodable'),
  restore('after', 'exit-1', 'exits 1 at the end', 'failed: archive-undecodable'),
  restore('after', 'silent-exit-1', 'exits 1 without a word', 'failed: archive-undecodable'),
  restore('middle', 'unknown-warning', 'writes a warning, exits 0', 'failed: archive-undecodable'),
  restore('before', 'cut', 'exits 0 having read nothing', 'failed: archive-incomplete'),
  restore('middle', 'cut', 'exits 0 in the middle of a row', 'failed: archive-undecodable'),
  restore('before', 'killed', 'dies by SIGKILL at once, the first time', 'succeeded after take-over', true),
  restore('middle', 'killed', 'dies by SIGKILL in the middle, the first time', 'succeeded after take-over', true),
  restore('middle', 'killed', 'dies by SIGKILL in the middle, always', 'failed: verify-killed'),
  restore('middle', 'hang', 'hangs, always', 'failed: verify-hung'),
  restore('middle', 'hang', 'hangs, once', 'succeeded after take-over', true),

  {
    ...{ stage: 'after the last byte', fault: 'pg_dumpall exits 1: no roles beside the dump', expected: ['succeeded'] },
    tools: { tool: 'pg_dumpall', at: 'before', does: 'exit-1' },
  },
  {
    ...{ stage: 'after the last byte', fault: 'pg_dumpall dies by SIGKILL', expected: ['succeeded'] },
    tools: { tool: 'pg_dumpall', at: 'before', does: 'killed' },
  },
];

function toldWarning(code: string): NonNullable<Cell['also']> {
  return (records) =>
    records.flatMap(({ result }) =>
      complainUnless(result?.warnings.some((warning) => warning.code === code) === true, `no warning ${code} is told`),
    );
}
