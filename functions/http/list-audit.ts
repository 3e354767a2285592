import { app } from '../../shared/app';
import { auditAnswer } from '../../shared/http/answers';
import { readCursor, writeCursor } from '../../shared/http/cursor';
import { json } from '../../shared/http/endpoint';
import { auditPlace, auditQuery } from '../../shared/http/schemas';
import { readAudit } from '../../shared/operations/audit/read-audit';
import { route } from './route';

export const registerListAudit = route(
  {
    name: 'listAudit',
    method: 'GET',
    path: 'audit',
    role: 'Admin',
    summary: 'Who changed what or was refused, newest first; a page may be empty and have a next one',
    query: auditQuery,
    answers: { 200: auditAnswer },
  },
  async ({ query: { cursor, ...filter } }) => {
    const before = readCursor(cursor, auditPlace)?.key;
    const { items, next } = await readAudit(app().systems, { ...filter, before });
    return json(200, { items, nextCursor: next === undefined ? undefined : writeCursor({ key: next }) });
  },
);
