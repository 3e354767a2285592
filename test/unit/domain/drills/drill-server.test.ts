import { expect, it } from '@jest/globals';
import { drillServerName, drillStorageGb } from '../../../../shared/domain/drills/drill-server';
import { isServerName } from '../../../../shared/domain/point-in-time/server-names';

const GIB = 1024 ** 3;

it.each([
  ['as large as the source', 128, 2 * GIB, 128],
  ['the next size that Azure sells', 100, GIB, 128],
  ['the smallest where nothing is known', undefined, 0, 32],
  ['larger than the source for a large dump of elsewhere', 32, 20 * GIB, 256],
  ['the largest where nothing is enough', undefined, 9000 * GIB, 32_767],
] as const)('makes the disk %s', (_, sourceGb, dumpBytes, expected) => {
  expect(drillStorageGb(sourceGb, dumpBytes)).toBe(expected);
});

it('names the server by source and job, within what Azure allows', () => {
  expect(drillServerName('lifebook-db', '20261001T040000Z-drill-family', '3f9a1c7e00')).toBe(
    'lifebook-db-drill-20261001t0400-3f9a1c7e',
  );
  const long = drillServerName(`${'a'.repeat(33)}-${'b'.repeat(29)}`, '20261001T040000Z-3f9a1c7e', '00000000');
  expect(long).toBe(`${'a'.repeat(33)}-drill-20261001t0400-00000000`);
  expect(isServerName(long)).toBe(true);
});
