import type { BlobHistory, KeptContent } from '../../domain/blobs/blob-history';
import { endedWithin } from '../../domain/blobs/undelete-plan';
import { Failure } from '../../domain/failure';
import type { ListPlace } from '../../systems/content-store/content-store';
import type { Systems } from '../../systems/systems';

type Needs = Pick<Systems, 'contentStore'>;

export interface DeletedBlobsFilter {
  readonly container?: string | undefined;
  readonly prefix?: string | undefined;
  readonly deletedFrom?: string | undefined;
  readonly deletedTo?: string | undefined;
  readonly limit: number;
  readonly after?: DeletedBlobsPlace | undefined;
}

/** Where a list goes on: a page of a container, and how many of its items were given. */
export interface DeletedBlobsPlace {
  readonly container: string;
  readonly place?: ListPlace | undefined;
  readonly given: number;
}

/** One recoverable content. `deleted`: the blob is gone; `overwritten`: it is live with other content. */
export interface DeletedBlob {
  readonly container: string;
  readonly name: string;
  readonly state: 'deleted' | 'overwritten';
  readonly kind: KeptContent['kind'];
  readonly id?: string;
  readonly deletedAt?: string;
  readonly daysLeft?: number;
  readonly writtenAt: string;
  readonly sizeBytes: number;
}

const PAGE_SIZE = 1000;
/** A call looks at so many pages of blobs at most, then answers with what it has and a cursor. */
const PAGES_A_CALL = 50;

/** @throws Failure `undelete-impossible`; `invalid-request` for a place that this list does not have */
export async function listDeletedBlobs(
  { contentStore }: Needs,
  filter: DeletedBlobsFilter,
): Promise<{ items: DeletedBlob[]; next: DeletedBlobsPlace | undefined }> {
  await contentStore.refuseHierarchicalNamespace();
  const names = filter.container === undefined ? contentStore.containers() : [filter.container];
  // where to go on is what the caller says it is: no other container is anybody's business here
  if (filter.after !== undefined && !names.includes(filter.after.container)) throw foreignPlace();
  const first = names[0];
  const items: DeletedBlob[] = [];
  let at = filter.after ?? (first === undefined ? undefined : { container: first, given: 0 });
  for (let pages = 0; at !== undefined && pages < PAGES_A_CALL; pages++) {
    const { container, place, given }: DeletedBlobsPlace = at;
    const options = { prefix: filter.prefix ?? '', pageSize: PAGE_SIZE, place };
    const page = await contentStore.listHistories(container, options).catch((error: unknown) => {
      throw at === filter.after && isConflict(error) ? foreignPlace() : error;
    });
    const found = page.histories.flatMap((history) => deletedOf(container, history, filter)).slice(given);
    const taken = found.slice(0, filter.limit - items.length);
    items.push(...taken);
    if (taken.length < found.length) return { items, next: { ...at, given: given + taken.length } };
    const following = names[names.indexOf(container) + 1];
    const inNext = following === undefined ? undefined : { container: following, given: 0 };
    at = page.next === undefined ? inNext : { container, place: page.next, given: 0 };
  }
  return { items, next: at };
}

const isConflict = (error: unknown): boolean => error instanceof Failure && error.code === 'storage-conflict';

const foreignPlace = (): Failure => new Failure('invalid-request', 'cursor: is none of this list');

function deletedOf(container: string, history: BlobHistory, filter: DeletedBlobsFilter): DeletedBlob[] {
  const { name, live } = history;
  return history.kept
    .filter((kept) => endedWithin(kept, filter))
    .map((kept) => ({
      container,
      name,
      state: live === undefined ? 'deleted' : 'overwritten',
      kind: kept.kind,
      ...(kept.id === '' ? {} : { id: kept.id }),
      ...(kept.endedAt === undefined ? {} : { deletedAt: kept.endedAt }),
      ...(kept.daysLeft === undefined ? {} : { daysLeft: kept.daysLeft }),
      writtenAt: kept.writtenAt,
      sizeBytes: kept.sizeBytes,
    }));
}
