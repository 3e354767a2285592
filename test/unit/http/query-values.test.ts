import { beforeAll, describe, expect, it } from '@jest/globals';
import { HttpRequest } from '@azure/functions';
import type { z } from 'zod';
import { servedRoutes } from '../../../infra/bundle/served-routes';
import { fieldsOf } from '../../../shared/client/fields';
import { asFailure } from '../../../shared/domain/failure';
import { readQuery } from '../../../shared/http/read-request';
import type { Route } from '../../../shared/http/route';
import { deletedBlobsQuery, jobQuery, jobsQuery } from '../../../shared/http/schemas';

const sent = <T>(schema: z.ZodType<T>, query: string): T =>
  readQuery(new HttpRequest({ method: 'GET', url: `http://127.0.0.1/api/x?${query}` }), schema);

function refusalOf(schema: z.ZodType, query: string): string {
  try {
    sent(schema, query);
    return 'none';
  } catch (error) {
    return asFailure(error).detail;
  }
}

/** Each number that a query of this app may have. */
let numbers: { readonly query: z.ZodType; readonly field: string }[];
beforeAll(async () => {
  const fields = ({ query }: Route): { query: z.ZodType; field: string }[] =>
    fieldsOf(query).flatMap(({ type, flag }) => (type === 'number' && query ? [{ query, field: flag }] : []));
  numbers = (await servedRoutes()).flatMap(fields);
});

describe('a number of a query', () => {
  it('is read from digits, and has a default', () => {
    const limits = ['limit=7', 'limit=007', ''].map((query) => sent(jobsQuery, query).limit);
    expect(limits).toEqual([7, 7, 50]);
    expect([sent(jobQuery, 'wait=200').wait, sent(jobQuery, '').wait]).toEqual([200, 0]);
  });

  // of most of these `Number()` makes a number
  it.each(['0x10', '0b1', '1e1', '%205', '5%20', '', '%20', '%2B5', '-1', '5.0', '.5', '1_0', '1,2', '%D9%A3', 'NaN'])(
    'is not %j, on any route',
    (text) => {
      expect(numbers.length).toBeGreaterThan(5);
      for (const { query, field } of numbers) {
        expect(refusalOf(query, `${field}=${text}`)).toContain(`${field}: must be a whole number, in digits`);
      }
    },
  );

  it.each([
    ['0', '0', 'limit: must be at least 1'],
    ['201', '201', 'limit: must be at most 200'],
    ['400 digits', '9'.repeat(400), 'limit: must be a whole number, in digits'],
  ])('is refused by name beyond its bounds: %s', (_what, text, says) => {
    expect(refusalOf(jobsQuery, `limit=${text}`)).toBe(says);
  });
});

describe('a yes or no of a query', () => {
  it('is true or false', () => {
    expect(sent(deletedBlobsQuery, 'containers=true').containers).toBe(true);
    expect(sent(deletedBlobsQuery, 'containers=false').containers).toBe(false);
  });

  it.each(['TRUE', 'yes', '1', 'on', 'enabled', '', '%20true'])('is not %j', (text) => {
    expect(refusalOf(deletedBlobsQuery, `containers=${text}`)).toBe('containers: must be true or false');
  });
});
