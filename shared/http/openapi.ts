import { z } from 'zod';
import { problemAnswer } from './answers';
import { STATUS_OF } from './problem';
import { paramNames, PARAMETERS, type Route } from './route';

type Json = Readonly<Record<string, unknown>>;

const JSON_TYPE = 'application/json';
const LOCATION: Json = {
  Location: {
    ...{ description: 'where to watch the job, by the host name that the request was made to', required: true },
    schema: { type: 'string', format: 'uri' },
  },
};
const AGE: Json = {
  Age: {
    ...{ description: 'seconds since the catalog was read', required: true },
    schema: { type: 'integer', minimum: 0 },
  },
};
const RETRY_AFTER: Json = {
  'Retry-After': {
    ...{ description: 'seconds after which to try again', required: true },
    schema: { type: 'integer', minimum: 1 },
  },
};

/** The OpenAPI 3.1 document of these routes, made from the schemas that parse. */
export function openapiDocument(routes: readonly Route[]): Json {
  const schemas = new Schemas();
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    (paths[`/${route.path.replace('{*', '{')}`] ??= {})[route.method.toLowerCase()] = operation(route, schemas);
  }
  const responses = problemResponses(schemas);
  return {
    openapi: '3.1.0',
    info: {
      title: 'LifeBook Backup',
      version: '1',
      description:
        'Times are ISO 8601 UTC, sizes bytes. Every refusal is an application/problem+json with a stable code.',
    },
    servers: [{ url: '/api' }],
    paths,
    components: {
      schemas: schemas.components,
      responses,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        functionKey: {
          type: 'apiKey',
          in: 'header',
          name: 'x-functions-key',
          description: "the function's own key, with AUTH_MODE=keys",
        },
      },
    },
  };
}

function operation(route: Route, schemas: Schemas): Json {
  const answers = Object.entries(route.answers).map(([status, schema]) => [
    status,
    {
      description: route.summary,
      ...(status === '202' ? { headers: { ...LOCATION, ...RETRY_AFTER } } : {}),
      ...(route.takesMaxAge === true ? { headers: AGE } : {}),
      content: { [route.produces ?? JSON_TYPE]: { schema: schemas.of(schema, 'output') } },
    },
  ]);
  const body = route.body === undefined ? undefined : schemas.of(route.body, 'input');
  const problems = problemStatuses(route, body)
    .filter((status) => route.answers[status] === undefined)
    .map((status) => [status, { $ref: `#/components/responses/Problem${status}` }]);
  return {
    operationId: route.name,
    summary: route.summary,
    parameters: [...pathParameters(route), ...queryParameters(route, schemas), ...headerParameters(route)],
    ...(body === undefined ? {} : { requestBody: { required: true, content: { [JSON_TYPE]: { schema: body } } } }),
    responses: { ...Object.fromEntries(answers), ...Object.fromEntries(problems) },
    security: security(route),
  };
}

/** A key carries no person, so it opens no Admin route. */
function security({ role }: Route): Json[] {
  if (role === 'none') return [];
  const bearer = { bearer: [`Backup.${role}`] };
  return role === 'Admin' ? [bearer] : [bearer, { functionKey: [] }];
}

/** What may go wrong before and within any route of this shape. */
function problemStatuses({ method, path, role }: Route, body: Json = {}): number[] {
  const namesBackup = 'backupId' in ((body['properties'] ?? {}) as Json);
  return [
    400,
    ...(role === 'none' ? [] : [401, 403]),
    ...(path.includes('{') || namesBackup ? [404] : []),
    409,
    ...(method === 'GET' ? [] : [413, 429]),
    ...[500, 502, 503, 504],
  ];
}

function problemResponses(schemas: Schemas): Json {
  const codesOf = new Map<number, string[]>();
  for (const [code, status] of Object.entries(STATUS_OF)) codesOf.set(status, [...(codesOf.get(status) ?? []), code]);
  return Object.fromEntries(
    [...codesOf].map(([status, codes]) => [
      `Problem${status}`,
      {
        description: codes.join(', '),
        ...(status === 429 ? { headers: RETRY_AFTER } : {}),
        content: {
          'application/problem+json': {
            schema: {
              allOf: [schemas.of(problemAnswer, 'output')],
              properties: { status: { const: status }, code: { enum: codes } },
            },
          },
        },
      },
    ]),
  );
}

const pathParameters = ({ path }: Route): Json[] =>
  paramNames(path).map((name) => ({
    ...{ name, in: 'path', required: true, description: PARAMETERS[name] },
    schema: { type: 'string' },
  }));

function queryParameters({ query }: Route, schemas: Schemas): Json[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = schemas.of(query, 'input') as {
    properties?: Readonly<Record<string, Json>>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    ...{ name, in: 'query', required: required.includes(name), description, schema },
  }));
}

const IDEMPOTENCY_KEY: Json = {
  ...{ name: 'Idempotency-Key', in: 'header', required: false },
  description: 'the same key, caller and body give the same job for 7 days',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,128}$' },
};
const MAX_AGE: Json = {
  ...{ name: 'Cache-Control', in: 'header', required: false },
  description: 'max-age=SECONDS: how old the catalog may be that the answer is made of, at most 60; default: read anew',
  schema: { type: 'string' },
};

const headerParameters = ({ startsJob, takesMaxAge }: Route): Json[] => [
  ...(startsJob === true ? [IDEMPOTENCY_KEY] : []),
  ...(takesMaxAge === true ? [MAX_AGE] : []),
];

/** JSON schemas of zod schemas; those with an `id` are collected as components. */
class Schemas {
  readonly components: Record<string, unknown> = {};

  of(schema: z.ZodType, io: 'input' | 'output'): Json {
    const text = JSON.stringify(z.toJSONSchema(schema, { io })).replaceAll('"#/$defs/', '"#/components/schemas/');
    const { $schema: _dialect, $defs, ...own } = JSON.parse(text) as Json & { $defs?: Json };
    for (const [name, component] of Object.entries($defs ?? {})) this.components[name] = component;
    return own;
  }
}
