import { json } from '../../shared/http/endpoint';
import { anyQuery } from '../../shared/http/schemas';
import { openapiAnswer } from '../../shared/http/answers';
import { openapiDocument } from '../../shared/http/openapi';
import { registeredRoutes, route } from './route';

/** Made with the first request: by then every route is registered. */
let document: object | undefined;

/** Describes the routes of this app alone: with APP_ROLE=recovery there are others than with APP_ROLE=backup. */
export const registerGetOpenapi = route(
  {
    name: 'getOpenapi',
    method: 'GET',
    path: 'openapi.json',
    role: 'none',
    summary: 'This document',
    query: anyQuery,
    answers: { 200: openapiAnswer },
  },
  () => json(200, (document ??= openapiDocument(registeredRoutes()))),
);
