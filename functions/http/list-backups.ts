import { app } from '../../shared/app';
import { backupsAnswer } from '../../shared/http/answers';
import { readCursor, writeCursor } from '../../shared/http/cursor';
import { json } from '../../shared/http/endpoint';
import { backupPlace, backupsQuery } from '../../shared/http/schemas';
import { listBackups } from '../../shared/operations/catalog/read-backups';
import { route } from './route';

export const registerListBackups = route(
  {
    name: 'listBackups',
    method: 'GET',
    path: 'backups',
    role: 'Read',
    summary: 'The catalog, newest first',
    query: backupsQuery,
    answers: { 200: backupsAnswer },
  },
  async ({ query: { cursor, ...filter } }) => {
    const after = readCursor(cursor, backupPlace);
    const { items, hasMore } = await listBackups(app().systems, { ...filter, after });
    const last = items.at(-1);
    const nextCursor = hasMore && last ? writeCursor({ snapshotAt: last.snapshotAt, blob: last.blob }) : undefined;
    return json(200, { items, nextCursor });
  },
);
