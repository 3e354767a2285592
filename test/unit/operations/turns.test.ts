import { expect, it } from '@jest/globals';
import { Turns } from '../../../shared/operations/jobs/turns';

it('takes the work of a key in turn, that of another at once, and goes on after a failure', async () => {
  const turns = new Turns();
  const seen: string[] = [];
  const open: (() => void)[] = [];
  const work = (name: string) => (): Promise<void> => {
    seen.push(name);
    return new Promise((resolve, reject) => open.push(name === 'a1' ? () => reject(new Error(name)) : resolve));
  };
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const first = turns.take('a', work('a1'));
  const second = turns.take('a', work('a2'));
  const other = turns.take('b', work('b1'));
  await settle();
  expect(seen).toEqual(['a1', 'b1']);
  open[0]?.();
  await expect(first).rejects.toThrow('a1');
  await settle();
  expect(seen).toEqual(['a1', 'b1', 'a2']);
  open[1]?.();
  open[2]?.();
  await Promise.all([second, other]);
});
