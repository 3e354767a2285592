import { describe, expect, it } from '@jest/globals';
import { isLocalHost, parseDatabaseUrl } from '../../../shared/config/database-url';

describe('a database URL', () => {
  it.each([
    ['postgresql://u:p@db.example/app', { host: 'db.example', port: 5432, user: 'u', password: 'p', database: 'app' }],
    [
      'postgres://u:p@db.example:5433/app',
      { host: 'db.example', port: 5433, user: 'u', password: 'p', database: 'app' },
    ],
    ['postgresql+psycopg://u:p@h/app', { host: 'h', port: 5432, user: 'u', password: 'p', database: 'app' }],
    [
      'postgresql+asyncpg://u:p@h/app?ssl=require',
      { host: 'h', port: 5432, user: 'u', password: 'p', database: 'app' },
    ],
    [
      'postgresql://me%40tenant:p%40%2F%23%3F@h/my%20db',
      { host: 'h', port: 5432, user: 'me@tenant', password: 'p@/#?', database: 'my db' },
    ],
    ['postgresql://u@[::1]:5432/app', { host: '::1', port: 5432, user: 'u', password: undefined, database: 'app' }],
    [
      'postgresql://u:p@/app?host=/var/run/postgresql',
      { host: '/var/run/postgresql', port: 5432, user: 'u', password: 'p', database: 'app' },
    ],
  ])('%s is read', (text, expected) => {
    expect(parseDatabaseUrl(text)).toEqual({ ...expected, warnings: [] });
  });

  it('goes past PgBouncer, and says so', () => {
    const url = parseDatabaseUrl('postgresql://u:p@h:6432/app');
    expect(url.port).toBe(5432);
    expect(url.warnings.map(({ code }) => code)).toEqual(['pgbouncer-bypassed']);
  });

  it.each([
    ['mysql://u:p@h/app', 'must begin with postgresql://'],
    ['postgresql://u:p@h', 'names no database'],
    ['postgresql://u:p@/app', 'names no host'],
    ['postgresql://h/app', 'names no user'],
    ['postgresql://u:p@one,two/app', 'names several hosts'],
    ['postgresql://u:pa#ss@h/app', 'not a valid URL'],
    ['postgresql://u:100%@h/app', 'has a "%"'],
  ])('%s is refused with words that do not repeat it', (text, problem) => {
    expect(() => parseDatabaseUrl(text)).toThrow(problem);
    try {
      parseDatabaseUrl(text);
    } catch (error) {
      expect((error as Error).message).not.toMatch(/pa#ss|100%|mysql|one,two/);
    }
  });
});

it.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['/var/run/postgresql', true],
  ['db.postgres.database.azure.com', false],
  ['10.0.0.4', false],
  ['127.evil.example', false],
])('%s is this machine: %s', (host, expected) => {
  expect(isLocalHost(host)).toBe(expected);
});
