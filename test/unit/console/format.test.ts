import { describe, expect, it } from '@jest/globals';
import { size } from '../../../shared/console/format/size';
import { duration, fromInput, toInput, utc } from '../../../shared/console/format/time';

describe('what people read', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [999.6, '1 kB'],
    [12_340, '12.3 kB'],
    [1_400_000_000, '1.4 GB'],
    [5e15, '5000 TB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(size(bytes)).toBe(text);
  });

  it.each([
    [0.42, '0.4 s'],
    [59, '59 s'],
    [60, '1 min'],
    [200, '3 min 20 s'],
    [3_600, '1 h'],
    [187_200, '2 d 4 h'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });

  it('are times in UTC, which an input gives back unchanged', () => {
    expect(utc('2026-11-25T02:03:04.567Z')).toBe('2026-11-25 02:03 UTC');
    expect(utc('nonsense')).toBe('nonsense');
    expect(toInput('2026-11-25T02:03:04.567Z')).toBe('2026-11-25T02:03:04');
    expect(fromInput('2026-11-25T02:03:04')).toBe('2026-11-25T02:03:04.000Z');
    expect(fromInput('')).toBeUndefined();
  });
});
