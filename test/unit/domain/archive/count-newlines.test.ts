import fc from 'fast-check';
import { countNewlines } from '../../../../shared/domain/archive/count-newlines';

describe('counting line feeds', () => {
  it('agrees with a plain loop on any bytes, wherever they begin and end', () => {
    // bytes beside 0x0a, and those that a carry between lanes would mistake for it
    const byte = fc.constantFrom(0x0a, 0x0b, 0x09, 0x00, 0x8a, 0x0a ^ 0x80, 0xff, 0x7f, 0x41);
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 200 }), fc.nat(8), fc.nat(8), (values, skip, cut) => {
        const bytes = Buffer.from(values);
        const [from, to] = [Math.min(skip, bytes.length), Math.max(bytes.length - cut, Math.min(skip, bytes.length))];
        const plain = bytes.subarray(from, to).filter((value) => value === 0x0a).length;
        expect(countNewlines(bytes, from, to)).toBe(plain);
      }),
      { numRuns: 1000 },
    );
  });

  it('does not overflow on many line feeds in a row', () => {
    expect(countNewlines(Buffer.alloc(1_000_003, '\n'), 1, 1_000_002)).toBe(1_000_001);
  });
});
