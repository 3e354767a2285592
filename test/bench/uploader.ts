/**
 * What a script's `az storage blob upload` does, without its start-up time: a file in blocks of 8 MiB, four at once. Each has
 * its MD5, as ours have, because Azurite works much longer on a block without one (docs/performance.md).
 */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { BlobServiceClient } from '@azure/storage-blob';

const BLOCK_BYTES = 8 * 1024 * 1024;
const CONCURRENCY = 4;

async function upload(file: string, container: string, name: string): Promise<void> {
  const service = BlobServiceClient.fromConnectionString(process.env['STORAGE'] ?? '');
  const blob = service.getContainerClient(container).getBlockBlobClient(name);
  const source = await open(file);
  const { size } = await source.stat();
  const blockIds: string[] = [];
  const work = async (): Promise<void> => {
    const buffer = Buffer.allocUnsafeSlow(BLOCK_BYTES);
    while (blockIds.length * BLOCK_BYTES < size) {
      const offset = blockIds.length * BLOCK_BYTES;
      const id = Buffer.from(String(blockIds.length).padStart(6, '0')).toString('base64');
      blockIds.push(id);
      const { bytesRead } = await source.read(buffer, 0, BLOCK_BYTES, offset);
      const block = buffer.subarray(0, bytesRead);
      const transactionalContentMD5 = createHash('md5').update(block).digest();
      await blob.stageBlock(id, block, block.length, { transactionalContentMD5 });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  await blob.commitBlockList(blockIds);
  await source.close();
}

const [file = '', container = '', blob = ''] = process.argv.slice(2);
upload(file, container, blob).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
