/** What a script's `az storage blob download` does, without its start-up time: a blob to a file, four ranges at once. */
import { BlobServiceClient } from '@azure/storage-blob';
import { open } from 'node:fs/promises';

const RANGE_BYTES = 8 * 1024 * 1024;
const CONCURRENCY = 4;

async function download(container: string, name: string, path: string): Promise<void> {
  const service = BlobServiceClient.fromConnectionString(process.env['STORAGE'] ?? '');
  const blob = service.getContainerClient(container).getBlobClient(name);
  const size = (await blob.getProperties()).contentLength ?? 0;
  const file = await open(path, 'w');
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < size) {
      const offset = next;
      next += RANGE_BYTES;
      const bytes = await blob.downloadToBuffer(offset, Math.min(RANGE_BYTES, size - offset));
      await file.write(bytes, 0, bytes.length, offset);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  await file.close();
}

const [container = '', blob = '', file = ''] = process.argv.slice(2);
download(container, blob, file).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
