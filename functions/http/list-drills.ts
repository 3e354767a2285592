import { app } from '../../shared/app';
import { drillsAnswer } from '../../shared/http/drill-answers';
import { readCursor, writeCursor } from '../../shared/http/cursor';
import { json } from '../../shared/http/endpoint';
import { drillsQuery, jobPlace } from '../../shared/http/schemas';
import { listDrills } from '../../shared/operations/drills/read-drills';
import { route } from './route';

export const registerListDrills = route(
  {
    name: 'listDrills',
    method: 'GET',
    path: 'drills',
    role: 'Read',
    summary: 'Evidence of drills, newest first',
    query: drillsQuery,
    answers: { 200: drillsAnswer },
  },
  async ({ query: { cursor, ...filter } }) => {
    const after = readCursor(cursor, jobPlace)?.jobId;
    const { items, last } = await listDrills(app().systems, { ...filter, after });
    return json(200, { items, nextCursor: last === undefined ? undefined : writeCursor({ jobId: last }) });
  },
);
