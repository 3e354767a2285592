import type { IncomingMessage } from 'node:http';
import type { Answer } from './azurite-account';
import * as blobs from './blob-operations';
import type { RecoveryPolicy } from './recovery-policy';

type Operation = (account: blobs.Account, asked: blobs.BlobRequest) => Promise<Answer>;

/** Undefined: Azurite can do it alone. */
export function blobOperation(
  incoming: IncomingMessage,
  query: URLSearchParams,
  policy: RecoveryPolicy,
): Operation | undefined {
  if (incoming.method === 'DELETE') return blobs.remove;
  if (incoming.method !== 'PUT') return undefined;
  const comp = query.get('comp');
  if (comp === 'undelete') return blobs.undelete;
  if (comp === 'snapshot') return blobs.snapshotBlob;
  if (comp === 'metadata') return policy.isVersioningEnabled ? blobs.overwrite : undefined;
  if (comp !== null && comp !== 'blocklist') return undefined;
  const source = incoming.headers['x-ms-copy-source'];
  if (typeof source !== 'string') return blobs.overwrite;
  const from = new URL(source);
  const isOfKept = from.searchParams.has('snapshot') || from.searchParams.has('versionid');
  return isOfKept ? (account, asked) => blobs.copyFromKept(account, asked, from) : blobs.overwrite;
}
