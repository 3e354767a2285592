import { app as functions } from '@azure/functions';
import { app } from '../../shared/app';
import { readCursor, writeCursor } from '../../shared/http/cursor';
import { json } from '../../shared/http/endpoint';
import { readQuery } from '../../shared/http/read-request';
import { backupPlace, backupsQuery } from '../../shared/http/schemas';
import { listBackups } from '../../shared/operations/read-backups';
import { door } from './door';

export function registerListBackups(): void {
  functions.http('listBackups', {
    methods: ['GET'],
    route: 'backups',
    authLevel: 'anonymous',
    handler: door('Read', async (request) => {
      const { cursor, ...filter } = readQuery(request, backupsQuery);
      const after = readCursor(cursor, backupPlace);
      const { items, hasMore } = await listBackups(app().systems, { ...filter, after });
      const last = items.at(-1);
      const nextCursor = hasMore && last ? writeCursor({ snapshotAt: last.snapshotAt, blob: last.blob }) : undefined;
      return json(200, { items, nextCursor });
    }),
  });
}
