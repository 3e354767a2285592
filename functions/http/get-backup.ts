import { app as functions } from '@azure/functions';
import { app } from '../../shared/app';
import { json } from '../../shared/http/endpoint';
import { readQuery } from '../../shared/http/read-request';
import { noQuery } from '../../shared/http/schemas';
import { readBackup } from '../../shared/operations/read-backups';
import { door } from './door';

export function registerGetBackup(): void {
  functions.http('getBackup', {
    methods: ['GET'],
    route: 'backups/{backupId}',
    authLevel: 'anonymous',
    handler: door('Read', async (request) => {
      readQuery(request, noQuery);
      return json(200, await readBackup(app().systems, request.params['backupId'] ?? ''));
    }),
  });
}
