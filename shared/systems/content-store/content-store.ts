import type { BlobHistory } from '../../domain/blobs/blob-history';

/**
 * The account with the families' photos and audio (CONTENT_STORAGE), as far as recoveries go. Nothing here deletes, and
 * only `promote` can change a live blob: the one that it was told of.
 *
 * Failures of every method: `not-configured`, `storage-unavailable` after the configured tries, `storage-refused` for
 * 401, 403 and a missing container, `storage-conflict` for other refusals, the reason of an aborted signal.
 */
export interface ContentStore {
  /** Whether CONTENT_STORAGE is set. */
  isConfigured(): boolean;
  /** The containers of CONTENT_CONTAINERS. */
  containers(): readonly string[];
  /** Where its blobs are: `https://ACCOUNT.blob.core.windows.net`. */
  serviceUrl(): Promise<string>;
  /** @throws Failure `undelete-impossible` for an account with hierarchical namespace */
  refuseHierarchicalNamespace(): Promise<void>;
  /**
   * A page of what is known of the blobs of a prefix, whole histories only; at most about `pageSize` entries. A place that no
   * page before gave is a `storage-conflict`, or leads somewhere in the container.
   */
  listHistories(container: string, options: HistoryPage, signal?: AbortSignal): Promise<HistoryList>;
  /** One blob's history; empty when the account knows nothing of it. */
  readHistory(container: string, name: string, signal?: AbortSignal): Promise<BlobHistory>;
  /** Undefined: there is no such blob, or no such container. */
  head(container: string, name: string, signal?: AbortSignal): Promise<ContentHead | undefined>;
  /** `gone`: nothing of that name is left to undelete. */
  undelete(container: string, name: string, signal?: AbortSignal): Promise<'done' | 'gone'>;
  /** Keeps the live content; `changed` when it is no longer the one of that ETag. */
  snapshot(container: string, name: string, etag: string, signal?: AbortSignal): Promise<'done' | 'changed'>;
  /** Copies a snapshot or version over the blob, which must have that ETag (undefined: must not exist). */
  promote(copy: Promotion, signal?: AbortSignal): Promise<'done' | 'changed'>;
  listDeletedContainers(): Promise<DeletedContainer[]>;
  /** @throws Failure `storage-conflict` when a container of that name exists */
  undeleteContainer(container: DeletedContainer, signal?: AbortSignal): Promise<void>;
}

/** Where a listing goes on; small and JSON. */
export interface ListPlace {
  readonly marker: string;
  /** The last name of the page before, whose history was given whole. */
  readonly after: string;
}

export interface HistoryPage {
  readonly prefix: string;
  readonly pageSize: number;
  readonly place?: ListPlace | undefined;
}

export interface HistoryList {
  readonly histories: readonly BlobHistory[];
  readonly next: ListPlace | undefined;
}

export interface ContentHead {
  readonly etag: string;
  readonly writtenAt: string;
  /** The URL that it was last copied from, while it is unchanged since. */
  readonly copiedFrom: string | undefined;
}

export interface Promotion {
  readonly container: string;
  readonly name: string;
  readonly source: { readonly kind: 'snapshot' | 'version'; readonly id: string };
  readonly over: string | undefined;
}

export interface DeletedContainer {
  readonly name: string;
  readonly version: string;
  readonly deletedAt: string;
  readonly daysLeft: number;
}
