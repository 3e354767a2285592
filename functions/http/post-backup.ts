import { app as functions } from '@azure/functions';
import { app } from '../../shared/app';
import { chooseDatabase } from '../../shared/config/databases';
import { Failure } from '../../shared/domain/failure';
import { accepted } from '../../shared/http/accepted';
import { readBody, readIdempotencyKey } from '../../shared/http/read-request';
import { backupBody } from '../../shared/http/schemas';
import { requestJobFor } from '../../shared/operations/request-job';
import { door } from './door';

export function registerPostBackup(): void {
  functions.http('postBackup', {
    methods: ['POST'],
    route: 'backups',
    authLevel: 'anonymous',
    handler: door('Release', async (request, caller) => {
      const { systems } = app();
      const { database, createAzureBackup, ...body } = await readBody(request, backupBody);
      if (createAzureBackup === true) throw new Failure('not-configured', 'createAzureBackup: is not available yet');
      const name = chooseDatabase(database, systems.databases.names());
      const order = { kind: 'backup', database: name, request: body, requestedBy: caller.name } as const;
      return accepted(request, await requestJobFor(systems, order, readIdempotencyKey(request)));
    }),
  });
}
