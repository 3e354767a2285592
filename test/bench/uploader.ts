/** What a script's `az storage blob upload` does, without its start-up time: a file, in blocks of 8 MiB, four at once. */
import { BlobServiceClient } from '@azure/storage-blob';

const [file = '', container = '', blob = ''] = process.argv.slice(2);
const service = BlobServiceClient.fromConnectionString(process.env['STORAGE'] ?? '');
service
  .getContainerClient(container)
  .getBlockBlobClient(blob)
  .uploadFile(file, { blockSize: 8 * 1024 * 1024, concurrency: 4 })
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
