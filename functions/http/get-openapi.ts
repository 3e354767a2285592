import type { HttpResponseInit } from '@azure/functions';
import { json } from '../../shared/http/endpoint';
import { anyQuery } from '../../shared/http/schemas';
import { openapiAnswer } from '../../shared/http/answers';
import { openapiDocument } from '../../shared/http/openapi';
import { registeredRoutes, route } from './route';

let answer: HttpResponseInit | undefined;

/**
 * Describes the routes of this app alone: with APP_ROLE=recovery there are others than with APP_ROLE=backup. Made once: it
 * takes a twentieth of a second of the processor and is open to everybody.
 */
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
  () => (answer ??= json(200, openapiDocument(registeredRoutes()))),
);
