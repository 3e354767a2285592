import { expect, it } from '@jest/globals';
import { areContinued } from '../../../../infra/local/demo/compare-sequences';

const sequence = (last: number | null, step = 1, name = 'public.ids'): Parameters<typeof areContinued>[0][number] => ({
  ...{ name, step, last },
});

it.each([
  ['that stand where they stood', sequence(7), sequence(7), true],
  ['32 values further, as after a recovery', sequence(7), sequence(39), true],
  ['32 steps of seven further', sequence(1000, 7), sequence(1224, 7), true],
  ['that were never used', sequence(null), sequence(null), true],
  ['that would give a number twice', sequence(7), sequence(6), false],
  ['further than a recovery explains', sequence(7), sequence(40), false],
  ['of another name', sequence(7), sequence(7, 1, 'public.others'), false],
])('judges sequences %s', (_what, before, after, isContinued) => {
  expect(areContinued([before], [after])).toBe(isContinued);
});

it('misses a sequence', () => {
  expect(areContinued([sequence(7)], [])).toBe(false);
});
