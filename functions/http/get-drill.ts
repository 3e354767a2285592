import { app } from '../../shared/app';
import { drillPage } from '../../shared/domain/drills/drill-page';
import { drillAnswer } from '../../shared/http/drill-answers';
import { json } from '../../shared/http/endpoint';
import { prefersHtml } from '../../shared/http/prefers-html';
import { readDrill } from '../../shared/operations/drills/read-drills';
import { route } from './route';

export const registerGetDrill = route(
  {
    name: 'getDrill',
    method: 'GET',
    path: 'drills/{id}',
    role: 'Read',
    summary: 'Evidence of a drill, as JSON, or as a page with Accept: text/html',
    answers: { 200: drillAnswer },
  },
  async ({ request, params }) => {
    const evidence = await readDrill(app().systems, params.id);
    if (!prefersHtml(request.headers.get('accept'))) return json(200, evidence);
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
      'x-content-type-options': 'nosniff',
    };
    return { status: 200, headers, body: drillPage(evidence) };
  },
);
