import { app } from '../../shared/app';
import { databasesAnswer } from '../../shared/http/answers';
import { json } from '../../shared/http/endpoint';
import { route } from './route';

export const registerListDatabases = route(
  {
    name: 'listDatabases',
    method: 'GET',
    path: 'databases',
    role: 'Read',
    summary: 'The protected databases by their configured names; asks neither them nor the storage',
    answers: { 200: databasesAnswer },
  },
  () =>
    Promise.resolve(
      json(200, {
        items: app()
          .systems.databases.names()
          .map((name) => ({ name })),
      }),
    ),
);
