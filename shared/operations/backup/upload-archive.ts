import { createHash } from 'node:crypto';
import { blocksInFlight, nextBlockSize } from '../../domain/backup/block-size';
import type { BlockUpload } from '../../systems/dump-store/dump-store';

export interface ArchiveUpload {
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface UploadOptions {
  readonly expectedBytes: number;
  /** Blocks on their way at once, at most. */
  readonly concurrency: number;
  readonly signal: AbortSignal;
  readonly onBytes: (totalBytes: number) => void;
}

/**
 * Stages a stream as blocks, hashing on the way. Nothing exists in the store until the caller commits: the end of the
 * stream decides nothing here. Memory: (blocks on their way + 1) × block size, whatever the length; the buffers of
 * finished blocks are filled again.
 *
 * @throws what staging throws, after all other blocks on their way have come to rest
 */
export async function uploadArchive(
  source: AsyncIterable<Uint8Array>,
  upload: BlockUpload,
  options: UploadOptions,
): Promise<ArchiveUpload> {
  const blocks = new BlocksOnTheirWay(upload, options);
  const hash = createHash('sha256');
  let sizeBytes = 0;
  let block = blocks.emptyBlock();
  let filled = 0;
  const send = async (): Promise<void> => {
    const full = block.subarray(0, filled);
    hash.update(full);
    await blocks.stage(full, block);
    sizeBytes += filled;
    options.onBytes(sizeBytes);
    block = blocks.emptyBlock();
    filled = 0;
  };
  try {
    for await (const chunk of source) {
      for (let taken = 0; taken < chunk.length;) {
        const count = Math.min(chunk.length - taken, block.length - filled);
        block.set(chunk.subarray(taken, taken + count), filled);
        filled += count;
        taken += count;
        if (filled === block.length) await send();
      }
    }
    if (filled > 0) await send();
  } finally {
    await blocks.rest();
  }
  blocks.throwIfFailed();
  return { sizeBytes, sha256: hash.digest('hex') };
}

/** Bounded parallel staging with a pool of buffers. */
class BlocksOnTheirWay {
  private readonly staging = new Set<Promise<void>>();
  private free: Buffer[] = [];
  private staged = 0;
  private failure: { error: unknown } | undefined;

  constructor(
    private readonly upload: BlockUpload,
    private readonly options: UploadOptions,
  ) {}

  emptyBlock(): Buffer {
    const size = nextBlockSize(this.options.expectedBytes, this.staged);
    this.free = this.free.filter((buffer) => buffer.length === size);
    // "slow": a buffer of its own, not a slice of Node's pool
    return this.free.pop() ?? Buffer.allocUnsafeSlow(size);
  }

  async stage(block: Buffer, buffer: Buffer): Promise<void> {
    this.throwIfFailed();
    this.staged += 1;
    const job = this.upload
      .stage(block, this.options.signal)
      .catch((error: unknown) => {
        this.failure ??= { error };
      })
      .finally(() => {
        this.staging.delete(job);
        this.free.push(buffer);
      });
    this.staging.add(job);
    while (this.staging.size >= blocksInFlight(buffer.length, this.options.concurrency)) {
      await Promise.race(this.staging);
    }
    this.throwIfFailed();
  }

  async rest(): Promise<void> {
    await Promise.all(this.staging);
  }

  throwIfFailed(): void {
    if (this.failure !== undefined) throw this.failure.error;
  }
}
