import type { BlobServiceClient, ContainerListBlobsOptions } from '@azure/storage-blob';

/** A List Blobs request, as far as a simulated listing depends on it. */
export interface ListRequest {
  readonly prefix: string;
  readonly include: ReadonlySet<string>;
  readonly maxResults: number;
  readonly marker: string | null;
  readonly isByHierarchy: boolean;
}

export function readListRequest(query: URLSearchParams): ListRequest {
  return {
    prefix: query.get('prefix') ?? '',
    include: new Set((query.get('include') ?? '').split(',').filter((word) => word !== '')),
    maxResults: Number(query.get('maxresults') ?? 5000),
    marker: query.get('marker'),
    isByHierarchy: query.has('delimiter'),
  };
}

/** What Azurite cannot list. */
export const isSimulated = (list: ListRequest): boolean =>
  ['deleted', 'snapshots', 'versions'].some((word) => list.include.has(word));

/** Azurite's own XML from a place of its own on. */
export async function liveListing(
  service: BlobServiceClient,
  container: string,
  list: ListRequest,
  continuationToken: string,
): Promise<string> {
  const options: ContainerListBlobsOptions = {
    prefix: list.prefix,
    includeMetadata: list.include.has('metadata'),
    includeTags: list.include.has('tags'),
  };
  const place = continuationToken === '' ? {} : { continuationToken };
  const pages = service
    .getContainerClient(container)
    .listBlobsFlat(options)
    .byPage({ ...place, maxPageSize: list.maxResults });
  const page = (await pages.next()) as { value?: { _response: { bodyAsText: string } } };
  return page.value?._response.bodyAsText ?? '';
}
