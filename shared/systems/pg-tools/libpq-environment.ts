import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tls from 'node:tls';
import type { PgConnection } from '../../domain/pg-connection';

/** Conninfo of every client program: a dead peer is noticed within about two minutes (azure-facts.md, "PostgreSQL"). */
export const CONNINFO = 'keepalives=1 keepalives_idle=30 keepalives_interval=10 tcp_user_timeout=60000';

/** libpq's environment variables for a connection; the password is fetched now, so that a token is fresh. */
export async function libpqEnvironment(connection: PgConnection): Promise<Record<string, string>> {
  const password = await connection.password?.();
  return {
    PGHOST: connection.host,
    PGPORT: String(connection.port),
    PGUSER: connection.user,
    PGDATABASE: connection.database,
    PGCONNECT_TIMEOUT: '15',
    PGAPPNAME: 'lifebook-backup',
    ...(password === undefined ? {} : { PGPASSWORD: password }),
    ...(await tlsEnvironment(connection.tls)),
  };
}

async function tlsEnvironment(mode: PgConnection['tls']): Promise<Record<string, string>> {
  // a client certificate of the host's user is never offered
  const none = { PGSSLCERT: '/nonexistent', PGSSLKEY: '/nonexistent', PGGSSENCMODE: 'disable' };
  if (mode === 'disable') return { ...none, PGSSLMODE: 'disable' };
  if (mode === 'require') return { ...none, PGSSLMODE: 'require', PGSSLROOTCERT: '/nonexistent' };
  return { ...none, PGSSLMODE: 'verify-full', PGSSLROOTCERT: await rootCertificateFile() };
}

let rootFile: Promise<string> | undefined;

/**
 * Node's own roots as a file, since a statically linked OpenSSL knows no folder of them, and those of NODE_EXTRA_CA_CERTS,
 * which Node 22.15 and later count among their defaults.
 */
function rootCertificateFile(): Promise<string> {
  rootFile ??= (async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lifebook-roots-'));
    const file = join(folder, 'roots.pem');
    const defaults = (tls as { getCACertificates?: (type: 'default') => string[] }).getCACertificates?.('default');
    const extra = defaults === undefined ? await extraCertificates() : '';
    await writeFile(file, `${(defaults ?? tls.rootCertificates).join('\n')}\n${extra}`, { mode: 0o600 });
    return file;
  })();
  return rootFile;
}

async function extraCertificates(): Promise<string> {
  const file = process.env['NODE_EXTRA_CA_CERTS'];
  return file === undefined ? '' : readFile(file, 'utf8').catch(() => '');
}
