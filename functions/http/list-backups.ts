import { app } from '../../shared/app';
import { backupsAnswer } from '../../shared/http/backup-answers';
import { readCursor, writeCursor } from '../../shared/http/cursor';
import { json } from '../../shared/http/endpoint';
import { backupPlace, backupsQuery } from '../../shared/http/schemas';
import { listBackups } from '../../shared/operations/catalog/read-backups';
import { catalogAge } from './catalog-age';
import { route } from './route';

export const registerListBackups = route(
  {
    name: 'listBackups',
    method: 'GET',
    path: 'backups',
    role: 'Read',
    summary: 'The catalog, newest first',
    query: backupsQuery,
    takesMaxAge: true,
    answers: { 200: backupsAnswer },
  },
  async ({ request, query: { cursor, ...filter } }) => {
    const { systems } = app();
    const { maxAgeMs, headers } = catalogAge(request);
    const after = readCursor(cursor, backupPlace);
    const { items, hasMore } = await listBackups(systems, { ...filter, after, maxAgeMs });
    const last = items.at(-1);
    const nextCursor = hasMore && last ? writeCursor({ snapshotAt: last.snapshotAt, blob: last.blob }) : undefined;
    return json(200, { items, nextCursor }, headers);
  },
);
