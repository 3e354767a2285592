import type { IncomingMessage } from 'node:http';
import type { Answer, AzuriteAccount } from './azurite-account';
import type { BlobContent, Generation, KeptBlobs } from './kept-blobs';
import type { RecoveryPolicy } from './recovery-policy';
import { refusal, success } from './answers';

export interface Account {
  readonly azurite: AzuriteAccount;
  readonly kept: KeptBlobs;
  readonly policy: RecoveryPolicy;
  readonly now: () => Date;
  /** The time of a new snapshot or version: never the same twice. */
  readonly nextId: () => string;
  /** The version that a live blob is, by `container/blob`. */
  readonly currentVersions: Map<string, string>;
  /** What a live blob was copied from, and the ETag that the copy gave it. */
  readonly copies: Map<string, { readonly source: string; readonly etag: string; readonly copyId: string }>;
}

export interface BlobRequest {
  readonly incoming: IncomingMessage;
  readonly body: Buffer;
  readonly container: string;
  readonly blob: string;
  readonly query: URLSearchParams;
}

/** Put Blob, Put Block List, Copy Blob, and with versions also Set Blob Metadata: what was there before is kept. */
export async function overwrite(account: Account, asked: BlobRequest): Promise<Answer> {
  const before = await account.azurite.read(asked.container, asked.blob);
  const answer = await account.azurite.forward(asked.incoming, asked.body);
  if (answer.status >= 300) return answer;
  if (before !== undefined) keepOverwritten(account, asked, before);
  else demoteDeleted(account, asked);
  return { ...answer, headers: { ...answer.headers, ...startVersion(account, asked) } };
}

/** Copy Blob from a snapshot or version of this account, which Azurite does not have. */
export async function copyFromKept(account: Account, asked: BlobRequest, source: URL): Promise<Answer> {
  const [, , container = '', ...path] = decodeURIComponent(source.pathname).split('/');
  const kept = findKept(account, container, path.join('/'), source.searchParams);
  if (kept === undefined || kept.deletedAt !== undefined) {
    return refusal(404, 'CannotVerifyCopySource', 'there is no such snapshot or version, or it is deleted');
  }
  const before = await account.azurite.read(asked.container, asked.blob);
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = asked.incoming.headers;
  const conditions = {
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
  };
  let etag: string;
  try {
    etag = await account.azurite.write(asked.container, asked.blob, kept.content, conditions);
  } catch (error) {
    const { statusCode = 500, code = 'InternalError' } = error as { statusCode?: number; code?: string };
    return refusal(statusCode, code, 'the copy was refused');
  }
  if (before !== undefined) keepOverwritten(account, asked, before);
  else demoteDeleted(account, asked);
  const copyId = account.nextId();
  account.copies.set(keyOf(asked), { source: source.href, etag, copyId });
  const headers = { 'x-ms-copy-id': copyId, 'x-ms-copy-status': 'success', etag };
  return success(202, { ...headers, ...startVersion(account, asked) });
}

/** Delete Blob, of the blob, of one snapshot, of all snapshots, or of one earlier version. */
export async function remove(account: Account, asked: BlobRequest): Promise<Answer> {
  const { kept, policy } = account;
  const { container, blob, query } = asked;
  const snapshot = query.get('snapshot');
  const version = query.get('versionid');
  if (version !== null) return removeOne(account, asked, 'version', version);
  const snapshots = kept.of(container, blob).filter((one) => one.kind === 'snapshot' && one.deletedAt === undefined);
  const also = asked.incoming.headers['x-ms-delete-snapshots'];
  if (snapshot === null && snapshots.length > 0 && also === undefined) {
    return refusal(
      409,
      'SnapshotsPresent',
      'the blob has snapshots: say with x-ms-delete-snapshots what becomes of them',
    );
  }
  const before = snapshot === null ? await account.azurite.read(container, blob) : undefined;
  const answer = await account.azurite.forward(asked.incoming, asked.body);
  if (snapshot !== null) return answer.status === 403 ? answer : removeOne(account, asked, 'snapshot', snapshot);
  if (answer.status !== 202 || before === undefined) return answer;
  for (const one of snapshots) end(account, asked, one);
  if (also === 'only') return answer;
  if (policy.isVersioningEnabled) kept.add(container, blob, previousVersion(account, asked, before));
  else if (policy.blobSoftDeleteDays !== undefined) {
    kept.add(container, blob, { kind: 'base', id: '', content: before, deletedAt: account.now() });
  }
  account.currentVersions.delete(keyOf(asked));
  return answer;
}

/** Undelete Blob: the blob and all its deleted snapshots and versions live again; with versions none becomes current. */
export async function undelete(account: Account, asked: BlobRequest): Promise<Answer> {
  const { kept, azurite } = account;
  const { container, blob } = asked;
  const answer = await azurite.refusalOf(asked.incoming, asked.body);
  if (answer !== undefined) return answer;
  const generations = kept.of(container, blob);
  // a base is kept only while none is live
  const base = generations.find(({ kind }) => kind === 'base');
  if (base !== undefined) await azurite.write(container, blob, base.content);
  else if (generations.length === 0 && (await azurite.read(container, blob)) === undefined) {
    return refusal(404, 'BlobNotFound', 'there is no such blob, live or deleted');
  }
  kept.set(
    container,
    blob,
    generations.filter(({ kind }) => kind !== 'base').map((one) => ({ ...one, deletedAt: undefined })),
  );
  return success(200);
}

/** Snapshot Blob: Azurite makes it, under its own checks; it is then kept here, so that the blob can be deleted there. */
export async function snapshotBlob(account: Account, asked: BlobRequest): Promise<Answer> {
  const answer = await account.azurite.forward(asked.incoming, asked.body);
  const id = answer.headers['x-ms-snapshot'];
  if (answer.status !== 201 || typeof id !== 'string') return answer;
  const content = await account.azurite.read(asked.container, asked.blob, id);
  const made = account.azurite.service.getContainerClient(asked.container).getBlobClient(asked.blob).withSnapshot(id);
  await made.delete();
  const own = account.nextId();
  if (content !== undefined) {
    account.kept.add(asked.container, asked.blob, { kind: 'snapshot', id: own, content, deletedAt: undefined });
  }
  return { ...answer, headers: { ...answer.headers, 'x-ms-snapshot': own } };
}

export function findKept(
  account: Account,
  container: string,
  blob: string,
  query: URLSearchParams,
): Generation | undefined {
  const snapshot = query.get('snapshot');
  if (snapshot !== null) return account.kept.find(container, blob, 'snapshot', snapshot);
  return account.kept.find(container, blob, 'version', query.get('versionid') ?? '');
}

export const keyOf = ({ container, blob }: { readonly container: string; readonly blob: string }): string =>
  `${container}/${blob}`;

function keepOverwritten(account: Account, asked: BlobRequest, before: BlobContent): void {
  const { kept, policy } = account;
  if (policy.isVersioningEnabled) kept.add(asked.container, asked.blob, previousVersion(account, asked, before));
  else if (policy.blobSoftDeleteDays !== undefined && asked.query.get('comp') !== 'metadata') {
    const deletedAt = account.now();
    kept.add(asked.container, asked.blob, { kind: 'snapshot', id: account.nextId(), content: before, deletedAt });
  }
}

/** A new blob in the place of a deleted one: what was deleted goes on as a deleted snapshot. */
function demoteDeleted(account: Account, asked: BlobRequest): void {
  const { kept, nextId } = account;
  const { container, blob } = asked;
  kept.set(
    container,
    blob,
    kept.of(container, blob).map((one) => (one.kind === 'base' ? { ...one, kind: 'snapshot', id: nextId() } : one)),
  );
}

function previousVersion(account: Account, asked: BlobRequest, content: BlobContent): Generation {
  const id = account.currentVersions.get(keyOf(asked)) ?? content.lastModified.toISOString().replace('Z', '0000Z');
  return { kind: 'version', id, content, deletedAt: undefined };
}

function startVersion(account: Account, asked: BlobRequest): Record<string, string> {
  if (!account.policy.isVersioningEnabled) return {};
  const id = account.nextId();
  account.currentVersions.set(keyOf(asked), id);
  return { 'x-ms-version-id': id };
}

function removeOne(account: Account, asked: BlobRequest, kind: 'snapshot' | 'version', id: string): Answer {
  const found = account.kept.find(asked.container, asked.blob, kind, id);
  if (found === undefined || found.deletedAt !== undefined) {
    return refusal(404, 'BlobNotFound', `there is no such ${kind}`);
  }
  end(account, asked, found);
  return success(202);
}

function end(account: Account, asked: BlobRequest, ended: Generation): void {
  const { kept, policy } = account;
  const others = kept.of(asked.container, asked.blob).filter((one) => one !== ended);
  const stays = policy.blobSoftDeleteDays !== undefined;
  kept.set(asked.container, asked.blob, stays ? [...others, { ...ended, deletedAt: account.now() }] : others);
}
