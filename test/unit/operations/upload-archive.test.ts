import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { uploadArchive } from '../../../shared/operations/backup/upload-archive';
import type { BlockUpload } from '../../../shared/systems/dump-store/dump-store';

const MIB = 1024 ** 2;

/** Takes blocks as slowly as the test lets it. */
class RecordingUpload implements BlockUpload {
  readonly blocks: Buffer[] = [];
  onTheirWay = 0;
  mostOnTheirWay = 0;
  failAt: number | undefined;

  async stage(block: Buffer): Promise<void> {
    const index = this.blocks.push(Buffer.alloc(0)) - 1;
    this.onTheirWay += 1;
    this.mostOnTheirWay = Math.max(this.mostOnTheirWay, this.onTheirWay);
    await new Promise((resolve) => setImmediate(resolve));
    this.blocks[index] = Buffer.from(block);
    this.onTheirWay -= 1;
    if (index === this.failAt) throw new Error('storage is down');
  }

  commit(): Promise<'created'> {
    throw new Error('uploadArchive never commits');
  }
}

async function* chunks(...sizes: number[]): AsyncIterable<Uint8Array> {
  let value = 0;
  for (const size of sizes) {
    await Promise.resolve();
    yield new Uint8Array(size).fill((value += 1));
  }
}

const options = (reported: number[] = []): Parameters<typeof uploadArchive>[2] => ({
  expectedBytes: 0,
  concurrency: 4,
  signal: new AbortController().signal,
  onBytes: (total) => reported.push(total),
});

describe('an archive on its way to storage', () => {
  it('arrives in blocks of one size and a last shorter one, with the hash of all bytes', async () => {
    const upload = new RecordingUpload();
    const reported: number[] = [];
    const sizes = [1, 20 * MIB, 65_536, 5 * MIB, 3];
    const done = await uploadArchive(chunks(...sizes), upload, options(reported));
    const whole = Buffer.concat(upload.blocks);
    expect(upload.blocks.map((block) => block.length)).toEqual([
      8 * MIB,
      8 * MIB,
      8 * MIB,
      25 * MIB + 65_540 - 24 * MIB,
    ]);
    expect(done).toEqual({ sizeBytes: whole.length, sha256: createHash('sha256').update(whole).digest('hex') });
    expect(reported.at(-1)).toBe(done.sizeBytes);
    const expected = Buffer.concat(sizes.map((size, index) => Buffer.alloc(size, index + 1)));
    expect(whole.equals(expected)).toBe(true);
  });

  it('keeps no more blocks on their way than asked for', async () => {
    const upload = new RecordingUpload();
    await uploadArchive(chunks(...Array.from({ length: 12 }, () => 8 * MIB)), upload, options());
    expect(upload.blocks).toHaveLength(12);
    expect(upload.mostOnTheirWay).toBeLessThanOrEqual(4);
    expect(upload.mostOnTheirWay).toBeGreaterThan(1);
  });

  it('stops with the error of a block that could not be staged, when all others have come to rest', async () => {
    const upload = new RecordingUpload();
    upload.failAt = 1;
    const sizes = Array.from({ length: 12 }, () => 8 * MIB);
    await expect(uploadArchive(chunks(...sizes), upload, options())).rejects.toThrow('storage is down');
    expect(upload.onTheirWay).toBe(0);
    expect(upload.blocks.length).toBeLessThan(12);
  });

  it('fails when the last block fails', async () => {
    const upload = new RecordingUpload();
    upload.failAt = 0;
    await expect(uploadArchive(chunks(10), upload, options())).rejects.toThrow('storage is down');
  });

  it('is nothing for a source that says nothing', async () => {
    const upload = new RecordingUpload();
    await expect(uploadArchive(chunks(), upload, options())).resolves.toMatchObject({ sizeBytes: 0 });
    expect(upload.blocks).toEqual([]);
  });
});
