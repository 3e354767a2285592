import { lookup } from 'node:dns/promises';
import { BlockList, connect as connectSocket, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Failure } from '../../domain/failure';
import type { PgConnection } from '../../domain/pg-connection';
import type { PgReach } from './pg-reach';

/** SSLRequest of the protocol: its length, and the number that stands for it (PostgreSQL manual, "Message Formats"). */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);
const ACCEPTED = 'S'.charCodeAt(0);

/** Addresses that no public network has: of this machine, of private networks (RFC 1918, 4193, 6598), of one link. */
const PRIVATE = [
  ...([['10.0.0.0', 8] as const, ['172.16.0.0', 12] as const, ['192.168.0.0', 16] as const] as const),
  ...([['127.0.0.0', 8] as const, ['100.64.0.0', 10] as const, ['169.254.0.0', 16] as const] as const),
  ...([['::1', 128] as const, ['fc00::', 7] as const, ['fe80::', 10] as const] as const),
] as const;
const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Built for who asks: every function of the app loads this file, and hardly any needs it. */
function privateNetworks(): BlockList {
  const list = new BlockList();
  for (const [network, bits] of PRIVATE) list.addSubnet(network, bits, familyOf(network));
  return list;
}

const isSocketFolder = ({ host }: PgConnection): boolean => host.startsWith('/');

/** The real network. */
export function networkReach(): PgReach {
  return { resolve, open, startTls };
}

async function resolve(connection: PgConnection, signal: AbortSignal): Promise<{ private: number; public: number }> {
  if (isSocketFolder(connection)) return { private: 0, public: 0 };
  // the very call that a connection makes: /etc/hosts and the machine's own resolver included
  const addresses = await heeding(
    signal,
    lookup(connection.host, { all: true }).catch((error: unknown) => {
      throw unreachable(`the name ${connection.host} does not resolve`, error);
    }),
  );
  const networks = privateNetworks();
  const hidden = addresses.filter(({ address }) => networks.check(address, familyOf(address)));
  return { private: hidden.length, public: addresses.length - hidden.length };
}

async function open(connection: PgConnection, signal: AbortSignal): Promise<void> {
  (await openSocket(connection, signal)).destroy();
}

async function startTls(connection: PgConnection, signal: AbortSignal): Promise<string> {
  const socket = await openSocket(connection, signal);
  try {
    const answer = await heeding(signal, firstByte(socket));
    if (answer !== ACCEPTED) throw new Failure('database-unreachable', 'the server offers no TLS');
    return await heeding(signal, handshake(socket, connection));
  } finally {
    socket.destroy();
  }
}

async function openSocket(connection: PgConnection, signal: AbortSignal): Promise<Socket> {
  const { host, port } = connection;
  const socket = isSocketFolder(connection)
    ? connectSocket({ path: `${host}/.s.PGSQL.${port}` })
    : connectSocket({ host, port });
  const opened = new Promise<Socket>((done, failed) => {
    socket.once('connect', () => done(socket));
    // stays: an error after the handshake must not end the process
    socket.on('error', (error) => failed(unreachable(`no connection on port ${port}`, error)));
  });
  return heeding(signal, opened).catch((error: unknown) => {
    socket.destroy();
    throw error;
  });
}

/** What the server says to an SSLRequest: one byte. */
function firstByte(socket: Socket): Promise<number> {
  return new Promise((done, failed) => {
    socket.once('data', (bytes) => done(bytes[0] ?? 0));
    socket.once('close', () => failed(unreachable('the server closed the connection when asked for TLS', undefined)));
    socket.write(SSL_REQUEST);
  });
}

function handshake(socket: Socket, { host, tls }: PgConnection): Promise<string> {
  return new Promise((done, failed) => {
    const secured = connectTls({
      socket,
      rejectUnauthorized: tls === 'verify-full',
      host,
      ...(isIP(host) === 0 ? { servername: host } : {}),
    });
    secured.once('secureConnect', () => done(secured.getProtocol() ?? 'TLS'));
    secured.on('error', (error) => failed(unreachable('the TLS handshake failed', error)));
  });
}

/** Node's words for a certificate name no address; those for a socket do, so there only the code is taken. */
function unreachable(what: string, error: unknown): Failure {
  const { code, message, syscall, errors } = (error ?? {}) as Partial<NodeJS.ErrnoException & { errors: unknown[] }>;
  // all addresses of a name failed: an AggregateError without a text
  if (errors?.[0] !== undefined && code === undefined) return unreachable(what, errors[0]);
  const why = syscall === undefined && message !== undefined ? message : code;
  return new Failure('database-unreachable', why === undefined ? what : `${what}: ${why}`);
}

/** The first of both: what is under way, or the end of patience. */
function heeding<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((done, failed) => {
    const stop = (): void => failed(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    void work.then(done, failed).finally(() => signal.removeEventListener('abort', stop));
  });
}
