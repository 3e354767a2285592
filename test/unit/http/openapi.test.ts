import { describe, expect, it } from '@jest/globals';
import Ajv2020 from 'ajv/dist/2020';
import { z } from 'zod';
import { openapiDocument } from '../../../shared/http/openapi';
import type { Route } from '../../../shared/http/route';
import { servedRoutes } from '../../../infra/bundle/served-routes';

const item = z.object({ id: z.string() }).meta({ id: 'TestItem' });
const routes: Route[] = [
  {
    ...{ name: 'listItems', method: 'GET', path: 'items', role: 'Read', summary: 'Items' },
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(9).default(5).describe('items'),
      from: z.string(),
    }),
    takesMaxAge: true,
    answers: { 200: z.object({ items: z.array(item) }) },
  },
  {
    ...{ name: 'postItem', method: 'POST', path: 'items/{itemId}', role: 'Admin', summary: 'Make' },
    ...{ body: z.strictObject({ reason: z.string().min(1) }), startsJob: true, answers: { 202: item } },
  },
  {
    ...{ name: 'postRestore', method: 'POST', path: 'restores', role: 'Admin', summary: 'Restore' },
    ...{ body: z.strictObject({ backupId: z.string() }), answers: { 202: item } },
  },
  {
    ...{ name: 'open', method: 'GET', path: 'open', role: 'none', summary: 'Open' },
    answers: { 200: item, 503: item },
  },
];
const document = openapiDocument(routes) as { paths: Record<string, Record<string, Record<string, unknown>>> };

describe('the OpenAPI document', () => {
  it('has the schemas that parse, once each', () => {
    expect(document).toMatchObject({
      openapi: '3.1.0',
      components: { schemas: { TestItem: { properties: { id: { type: 'string' } }, required: ['id'] } } },
    });
    expect(document.paths['/items']?.['get']).toMatchObject({
      operationId: 'listItems',
      security: [{ bearer: ['Backup.Read'] }, { functionKey: [] }],
      parameters: [
        {
          name: 'limit',
          in: 'query',
          required: false,
          description: 'items',
          schema: { type: 'integer', minimum: 1, maximum: 9, default: 5 },
        },
        { name: 'from', in: 'query', required: true, schema: { type: 'string' } },
        { name: 'Cache-Control', in: 'header', required: false },
      ],
      responses: {
        200: {
          headers: { Age: { required: true, schema: { type: 'integer' } } },
          content: {
            'application/json': {
              schema: { properties: { items: { items: { $ref: '#/components/schemas/TestItem' } } } },
            },
          },
        },
        401: { $ref: '#/components/responses/Problem401' },
      },
    });
    expect(document.paths['/items/{itemId}']?.['post']).toMatchObject({
      security: [{ bearer: ['Backup.Admin'] }],
      parameters: [
        { name: 'itemId', in: 'path', required: true },
        { name: 'Idempotency-Key', in: 'header' },
      ],
      requestBody: {
        content: { 'application/json': { schema: { additionalProperties: false, required: ['reason'] } } },
      },
      responses: { 202: { headers: { Location: { required: true }, 'Retry-After': { required: true } } } },
    });
  });

  it('has a 404 where the path or the body names what may not be there', () => {
    const has404 = (path: string, method: string): boolean =>
      '404' in (document.paths[path]?.[method]?.['responses'] as object);
    expect([has404('/items', 'get'), has404('/items/{itemId}', 'post'), has404('/restores', 'post')]).toEqual([
      ...[false, true, true],
    ]);
  });

  it('names no problem where an open route cannot have it, and keeps its own 503', () => {
    const { responses, security } = document.paths['/open']?.['get'] ?? {};
    expect(security).toEqual([]);
    expect(Object.keys(responses as object)).toEqual(['200', '400', '409', '500', '502', '503', '504']);
    expect(responses).toMatchObject({ 503: { content: {} } });
  });

  it('has every code under its status, and no reference that leads nowhere', () => {
    expect(document).toMatchObject({
      components: {
        responses: {
          Problem401: {
            content: {
              'application/problem+json': { schema: { properties: { code: { enum: ['unauthenticated'] } } } },
            },
          },
          Problem429: { headers: { 'Retry-After': { required: true, schema: { type: 'integer' } } } },
        },
      },
    });
    const validator = new Ajv2020({ strict: false, validateFormats: false }).addSchema(document, 'api');
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"(#[^"]+)"/g)].map((match) => match[1] ?? '');
    expect(references.length).toBeGreaterThan(5);
    for (const reference of references) expect(validator.getSchema(`api${reference}`)).toBeDefined();
  });
});

interface Described {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Described>>;
  readonly items?: Described;
  readonly anyOf?: readonly Described[];
  readonly allOf?: readonly Described[];
}

/** Fields without a description, those of objects in them included. What a reference leads to is looked at where it is. */
const silent = ({ properties = {}, items, anyOf = [], allOf = [] }: Described, above: string): string[] => [
  ...Object.entries(properties).flatMap(([name, field]) => [
    ...(field.description ? [] : [`${above}.${name}`]),
    ...silent(field, `${above}.${name}`),
  ]),
  ...(items === undefined ? [] : silent(items, `${above}[]`)),
  ...[...anyOf, ...allOf].flatMap((choice) => silent(choice, above)),
];

interface Content {
  readonly schema: Described;
}

describe('the document of this app', () => {
  it('says of every parameter, and of every field of a body, what it is', async () => {
    const { paths } = openapiDocument(await servedRoutes()) as {
      paths: Record<string, Record<string, { parameters: (Described & { name: string })[]; requestBody?: object }>>;
    };
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method} ${path}`, operation] as const),
    );
    expect(operations.length).toBeGreaterThan(30);
    const missing = operations.flatMap(([name, { parameters, requestBody }]) => {
      const body = requestBody as { content: { 'application/json': { schema: Described } } } | undefined;
      return [
        ...parameters.flatMap((parameter) => (parameter.description ? [] : [`${name} ${parameter.name}`])),
        ...(body === undefined ? [] : silent(body.content['application/json'].schema, name)),
      ];
    });
    expect(missing).toEqual([]);
  });

  it('says of every field of an answer what it is', async () => {
    const { paths, components } = openapiDocument(await servedRoutes()) as {
      paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, Content> }> }>>;
      components: { schemas: Record<string, Described> };
    };
    const missing = [
      ...Object.entries(components.schemas).flatMap(([name, schema]) => silent(schema, name)),
      ...Object.entries(paths).flatMap(([path, methods]) =>
        Object.entries(methods).flatMap(([method, { responses }]) =>
          Object.entries(responses).flatMap(([status, { content = {} }]) =>
            Object.values(content).flatMap(({ schema }) => silent(schema, `${method} ${path} ${status} `)),
          ),
        ),
      ),
    ];
    expect(missing).toEqual([]);
  });
});
