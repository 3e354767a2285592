import fc from 'fast-check';
import { quoteLiteral, quoteQualifiedName, readQualifiedName } from '../../../shared/domain/sql-names';

describe('names in SQL text', () => {
  it('reads back whatever it quotes', () => {
    const name = fc.string({
      unit: fc.constantFrom('"', '.', ' ', ';', '\n', "'", 'a', 'Ü', '(', '\\'),
      maxLength: 10,
    });
    fc.assert(
      fc.property(name, name, (schema, table) => {
        expect(readQualifiedName(`${quoteQualifiedName({ schema, name: table })} (a) FROM stdin`)).toEqual([
          schema,
          table,
        ]);
      }),
    );
  });

  it('reads names that need no quotes', () => {
    expect(readQualifiedName('public.moments (id) FROM stdin')).toEqual(['public', 'moments']);
    expect(readQualifiedName('moments FROM stdin')).toEqual(['moments']);
    expect(readQualifiedName('a$1."B c" x')).toEqual(['a$1', 'B c']);
    expect(readQualifiedName('(SELECT 1)')).toEqual([]);
  });

  it('quotes strings for either setting of standard_conforming_strings', () => {
    expect(quoteLiteral("it's")).toBe("'it''s'");
    expect(quoteLiteral("a\\b'")).toBe("E'a\\\\b'''");
  });
});
