import { describe, expect, it } from '@jest/globals';
import { chooseTools, type ToolFacts } from '../../../../shared/domain/backup/choose-tools';
import { usableCompression } from '../../../../shared/domain/backup/usable-compression';

const tools = (version: string, ...compressions: string[]): ToolFacts => ({
  major: Number.parseInt(version, 10),
  version,
  compressions: compressions.length === 0 ? ['zstd', 'gzip'] : compressions,
});
const bundled = [tools('17.11'), tools('18.6')];

describe('the client tools for a server', () => {
  it.each([
    [14, '17.11'],
    [17, '17.11'],
    [18, '18.6'],
  ])('of major %d are %s, the smallest bundled that is new enough', (server, expected) => {
    expect(chooseTools(server, bundled, []).version).toBe(expected);
  });

  it('are bundled ones that can do zstd before anything on PATH', () => {
    expect(chooseTools(15, bundled, [tools('15.18', 'gzip')]).version).toBe('17.11');
    expect(chooseTools(15, [tools('15.1', 'gzip')], [tools('16.1')]).version).toBe('16.1');
  });

  it('are those on PATH where none are bundled', () => {
    expect(chooseTools(15, [], [tools('16.1'), tools('15.18', 'gzip')]).version).toBe('15.18');
  });

  it('are never a release that loses data', () => {
    expect(chooseTools(18, [tools('18.1')], [tools('18.2')]).version).toBe('18.2');
    expect(() => chooseTools(18, [tools('18.1')], [])).toThrow(
      'pg-tools-lose-data: pg_dump 18.1 loses sequence positions',
    );
  });

  it('are refused when the server is newer than all, naming both versions', () => {
    expect(() => chooseTools(19, bundled, [tools('15.18')])).toThrow(
      'pg-tools-too-old: the server is PostgreSQL 19, the newest client tools are 18.6',
    );
    expect(() => chooseTools(17, [], [])).toThrow('pg-tools-missing');
  });
});

it('falls back to gzip, with a warning, where the tools cannot do what was asked', () => {
  expect(usableCompression({ method: 'zstd', level: 1 }, ['gzip', 'none'])).toMatchObject({
    use: { method: 'gzip', level: 6 },
    warnings: [{ code: 'compression-fallback' }],
  });
  expect(usableCompression({ method: 'zstd', level: 3 }, ['zstd', 'gzip'])).toEqual({
    use: { method: 'zstd', level: 3 },
    warnings: [],
  });
});
