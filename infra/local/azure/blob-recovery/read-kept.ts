import { refusal, success } from './answers';
import type { Answer } from './azurite-account';
import { type Account, type BlobRequest, findKept, keyOf } from './blob-operations';

/** Get Blob and Get Blob Properties of a snapshot or an earlier version; deleted ones cannot be read. */
export async function readKept(
  account: Account,
  { incoming, container, blob, query }: Omit<BlobRequest, 'body'>,
): Promise<Answer> {
  const answer = await account.azurite.forward(incoming, Buffer.alloc(0));
  if (answer.status === 403) return answer;
  if (query.get('versionid') === account.currentVersions.get(keyOf({ container, blob }))) return answer;
  const found = findKept(account, container, blob, query);
  if (found === undefined || found.deletedAt !== undefined) return refusal(404, 'BlobNotFound', 'it is not there');
  const range = /^bytes=(\d+)-(\d*)$/.exec(String(incoming.headers['x-ms-range'] ?? incoming.headers.range ?? ''));
  const { bytes, contentType, lastModified, etag, metadata } = found.content;
  const from = Number(range?.[1] ?? 0);
  const part = bytes.subarray(from, range?.[2] ? Number(range[2]) + 1 : bytes.length);
  const headers: Record<string, string> = {
    'content-type': contentType,
    'content-length': String(part.length),
    'last-modified': lastModified.toUTCString(),
    'x-ms-blob-type': 'BlockBlob',
    etag,
  };
  if (range !== null) headers['content-range'] = `bytes ${from}-${from + part.length - 1}/${bytes.length}`;
  for (const [name, value] of Object.entries(metadata)) headers[`x-ms-meta-${name}`] = value;
  return {
    ...success(range === null ? 200 : 206, headers),
    body: incoming.method === 'HEAD' ? Buffer.alloc(0) : part,
  };
}
