import { describe, expect, it } from '@jest/globals';
import { CleanScript } from '../../../../shared/domain/restore/clean-script';

const HEAD = '--\n\\restrict abc\n\nBEGIN;\n\nSET statement_timeout = 0;\nSET transaction_timeout = 0;\nSET x = 1;\n';
const TAIL = '\nCOMMIT;\n\n--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict abc\n\n';

function pass(script: string, serverMajor: number, pieceBytes: number, afterBegin = ''): string {
  const clean = new CleanScript(serverMajor, afterBegin);
  const bytes = Buffer.from(script);
  const out: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) out.push(clean.push(bytes.subarray(at, at + pieceBytes)));
  return Buffer.concat([...out, clean.finish()]).toString();
}

describe('the script of a clean restore', () => {
  const rows = `COPY a FROM stdin;\nSET transaction_timeout = 0;\nCOMMIT;\n${'x'.repeat(30_000)}\n\\.\n`;
  const withoutLine = HEAD.replace('SET transaction_timeout = 0;\n', '');

  it.each([1, 7, 4096, 100_000])('loses its COMMIT and, before 17, one line, in pieces of %i', (pieceBytes) => {
    expect(pass(HEAD + rows + TAIL, 16, pieceBytes)).toBe(`${withoutLine}${rows}\n`);
    expect(pass(HEAD + rows + TAIL, 17, pieceBytes)).toBe(`${HEAD}${rows}\n`);
  });

  it.each([1, 4096])('has statements put behind its BEGIN, once, in pieces of %i', (pieceBytes) => {
    const inRows = rows.replace('COMMIT;', 'BEGIN;');
    const expected = `${HEAD.replace('BEGIN;\n', 'BEGIN;\nSELECT 1;\n')}${inRows}\n`;
    expect(pass(HEAD + inRows + TAIL, 17, pieceBytes, 'SELECT 1;\n')).toBe(expected);
  });

  it('keeps such a line in rows when the script begins without one', () => {
    const late = `${withoutLine}${'-- padding\n'.repeat(2000)}${rows}`;
    expect(pass(late + TAIL, 15, 1000)).toBe(`${late}\n`);
  });

  it.each([
    ['cut before its COMMIT', HEAD + rows],
    ['cut within its COMMIT', `${HEAD}\nCOM`],
    ['that goes on after it', `${HEAD}${TAIL}DROP TABLE a;\n`],
    ['of nothing', ''],
  ])('is refused when it is one %s', (_what, script) => {
    expect(() => pass(script, 17, 512)).toThrow('archive-undecodable: the script of pg_restore does not end');
  });
});
