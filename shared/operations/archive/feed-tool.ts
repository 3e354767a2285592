import type { Writable } from 'node:stream';

/** Resolves when the piece is written, so that its buffer may be used again, or when nobody reads any more. */
export function feed(stdin: Writable, piece: Buffer): Promise<void> {
  if (stdin.destroyed || !stdin.writable) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      stdin.removeListener('close', done);
      resolve();
    };
    stdin.once('close', done);
    stdin.write(piece, done);
  });
}
