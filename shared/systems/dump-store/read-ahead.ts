const PIECE_BYTES = 8 * 1024 * 1024;
const PIECES_AHEAD = 3;

/**
 * Pieces of a blob in order, the next ones fetched while one is worked on. The buffers are used again, so a piece is
 * valid only until the next is asked for: memory stays at `PIECES_AHEAD` × 8 MiB whatever the size.
 */
export async function* readAhead(
  sizeBytes: number,
  fetch: (into: Buffer, offset: number, stop: AbortSignal) => Promise<void>,
): AsyncIterable<Buffer> {
  const stop = new AbortController();
  const waiting: Promise<Buffer>[] = [];
  let offset = 0;
  const begin = (buffer: Buffer): void => {
    if (offset >= sizeBytes) return;
    const piece = buffer.subarray(0, Math.min(PIECE_BYTES, sizeBytes - offset));
    const fetched = fetch(piece, offset, stop.signal).then(() => piece);
    // taken up in order below; until then a rejection must not count as unhandled
    fetched.catch(() => undefined);
    waiting.push(fetched);
    offset += piece.length;
  };
  try {
    for (let ahead = 0; ahead < PIECES_AHEAD && offset < sizeBytes; ahead++) {
      begin(Buffer.allocUnsafeSlow(Math.min(PIECE_BYTES, sizeBytes - offset)));
    }
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const piece = await next;
      yield piece;
      begin(Buffer.from(piece.buffer, 0, piece.buffer.byteLength));
    }
  } finally {
    stop.abort();
    await Promise.allSettled(waiting);
  }
}
