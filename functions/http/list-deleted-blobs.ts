import { app } from '../../shared/app';
import { chooseContainer } from '../../shared/config/content-containers';
import { deletedBlobsAnswer } from '../../shared/http/blob-answers';
import { readCursor, writeCursor } from '../../shared/http/cursor';
import { json } from '../../shared/http/endpoint';
import { deletedBlobsPlace, deletedBlobsQuery } from '../../shared/http/schemas';
import { listDeletedBlobs } from '../../shared/operations/blobs/list-deleted-blobs';
import { route } from './route';

export const registerListDeletedBlobs = route(
  {
    name: 'listDeletedBlobs',
    method: 'GET',
    path: 'deleted-blobs',
    role: 'Read',
    summary: 'Deleted and overwritten blobs that can be brought back; with containers=true deleted containers',
    query: deletedBlobsQuery,
    answers: { 200: deletedBlobsAnswer },
  },
  async ({ query: { containers, cursor, container, ...filter } }) => {
    const { contentStore } = app().systems;
    if (containers) return json(200, { items: await contentStore.listDeletedContainers() });
    const after = readCursor(cursor, deletedBlobsPlace);
    const chosen = container === undefined ? undefined : chooseContainer(container, contentStore.containers());
    const { items, next } = await listDeletedBlobs(app().systems, { ...filter, container: chosen, after });
    return json(200, { items, nextCursor: next === undefined ? undefined : writeCursor(next) });
  },
);
