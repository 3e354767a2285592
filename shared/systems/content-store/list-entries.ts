import type { BlobItem, ContainerClient, ContainerListBlobFlatSegmentResponse } from '@azure/storage-blob';
import type { BlobEntry } from '../../domain/blobs/blob-history';

interface Page {
  readonly prefix: string;
  readonly pageSize: number;
  readonly marker: string | undefined;
}

/** One page of everything that a container holds of the names with a prefix: live, deleted, snapshots and versions. */
export async function listEntries(
  container: ContainerClient,
  { prefix, pageSize, marker }: Page,
  abortSignal: AbortSignal,
): Promise<{ entries: BlobEntry[]; next: string | undefined }> {
  const options = { prefix, includeDeleted: true, includeSnapshots: true, includeVersions: true, abortSignal };
  const pages = container
    .listBlobsFlat(options)
    .byPage({ maxPageSize: pageSize, ...(marker === undefined ? {} : { continuationToken: marker }) });
  const { value } = (await pages.next()) as IteratorResult<ContainerListBlobFlatSegmentResponse, undefined>;
  return {
    entries: (value?.segment.blobItems ?? []).map(entryOf),
    next: value?.continuationToken || undefined,
  };
}

function entryOf(item: BlobItem): BlobEntry {
  const { properties } = item;
  return {
    name: item.name,
    etag: properties.etag,
    writtenAt: properties.lastModified.toISOString(),
    sizeBytes: properties.contentLength ?? 0,
    isDeleted: item.deleted,
    deletedAt: properties.deletedOn?.toISOString(),
    daysLeft: properties.remainingRetentionDays,
    snapshot: item.snapshot || undefined,
    version: item.versionId || undefined,
    isCurrentVersion: item.isCurrentVersion === true,
  };
}
