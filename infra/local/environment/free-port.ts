import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

const FIRST_PORT = 15_000;
const PORT_COUNT = 17_000;

/**
 * A TCP port on 127.0.0.1 that nothing listens on now. It lies below Linux's ephemeral range (32768 and up), so that no
 * outgoing connection takes it before the server that it is meant for; two callers can still draw the same one, so who
 * starts a server on it tries again with another when binding fails.
 */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = FIRST_PORT + randomInt(PORT_COUNT);
    if (await isPortFree(port)) return port;
  }
  throw new Error('found no free TCP port on 127.0.0.1');
}

export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
