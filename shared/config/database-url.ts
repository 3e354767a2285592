import { isIP } from 'node:net';
import { SettingProblem } from './setting-problem';

export interface DatabaseUrl {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | undefined;
  readonly database: string;
  readonly warnings: readonly { code: string; detail: string }[];
}

const PGBOUNCER_PORT = 6432;
const NO_HOST = 'none.invalid';

/**
 * A database URL as apps have it: `postgresql://`, `postgres://`, or SQLAlchemy's `postgresql+driver://`. Only host,
 * port, user, password and database are taken; options such as `sslmode` are decided by our own settings.
 *
 * @throws SettingProblem that never repeats any part of the URL
 */
export function parseDatabaseUrl(text: string): DatabaseUrl {
  const match = /^postgres(?:ql)?(?:\+[a-z0-9_]+)?:\/\/(.*)$/is.exec(text.trim());
  if (match === null) throw new SettingProblem('must begin with postgresql://, postgres:// or postgresql+driver://');
  const rest = match[1] ?? '';
  // "user:password@/database?host=/socket/folder": the URL standard knows no empty host beside a user
  const isHostless = /^[^/?#]*@\//.test(rest);
  let url: URL;
  try {
    url = new URL(`postgresql://${isHostless ? rest.replace('@/', `@${NO_HOST}/`) : rest}`);
  } catch {
    throw new SettingProblem(
      'is not a valid URL; special characters in user and password must be percent-encoded ("@" is %40, "#" is %23, "/" is %2F)',
    );
  }
  if (url.hash !== '') throw new SettingProblem('has a "#"; in a password it must be written as %23');
  const host = (isHostless ? url.searchParams.get('host') : decode(url.hostname)) ?? '';
  if (host === '') throw new SettingProblem('names no host');
  if (host.includes(',')) throw new SettingProblem('names several hosts; name one');
  const user = decode(url.username);
  if (user === '') throw new SettingProblem('names no user');
  const database = decode(url.pathname.replace(/^\//, ''));
  if (database === '') throw new SettingProblem('names no database');
  const port = url.port === '' ? 5432 : Number(url.port);
  const direct = port === PGBOUNCER_PORT ? 5432 : port;
  return {
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port: direct,
    user,
    password: url.password === '' ? undefined : decode(url.password),
    database,
    warnings:
      direct === port
        ? []
        : [
            {
              code: 'pgbouncer-bypassed',
              detail: 'port 6432 is PgBouncer, which breaks session settings; the server itself on port 5432 is used',
            },
          ],
  };
}

function decode(part: string): string {
  try {
    const decoded = decodeURIComponent(part);
    if (!decoded.includes('\0')) return decoded;
  } catch {
    // falls through: a lone "%"
  }
  throw new SettingProblem('has a "%" that is not part of a percent-encoding; a plain one is written as %25');
}

/** True for this very machine: loopback addresses, `localhost`, and socket folders. */
export function isLocalHost(host: string): boolean {
  if (host.startsWith('/') || host.toLowerCase() === 'localhost') return true;
  return isIP(host) === 4 ? host.startsWith('127.') : host === '::1';
}
