import { readFile } from 'node:fs/promises';

/** Whom a server runs as: `undefined` ids mean ourselves. */
export interface ServerUser {
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

const UNPRIVILEGED_USERS = ['nobody', 'daemon', 'www-data', 'postgres'];

/** PostgreSQL refuses to run as root. When we are root, this is an unprivileged user that exists; else it is ourselves. */
export async function chooseServerUser(): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return { uid: undefined, gid: undefined };
  const accounts = parsePasswd(await readFile('/etc/passwd', 'utf8'));
  for (const name of UNPRIVILEGED_USERS) {
    const account = accounts.get(name);
    if (account !== undefined && account.uid !== 0) return account;
  }
  throw new Error(
    `PostgreSQL does not run as root, and none of the users ${UNPRIVILEGED_USERS.join(', ')} exists: run as another user`,
  );
}

function parsePasswd(text: string): Map<string, { uid: number; gid: number }> {
  const accounts = new Map<string, { uid: number; gid: number }>();
  for (const line of text.split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name === undefined || uid === undefined || gid === undefined) continue;
    accounts.set(name, { uid: Number(uid), gid: Number(gid) });
  }
  return accounts;
}
