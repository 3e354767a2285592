import { describe, expect, it } from '@jest/globals';
import { chooseDatabase, configuredDatabase, databaseNames, databaseProblems } from '../../../shared/config/databases';
import { Settings } from '../../../shared/config/settings';

const token = (): Promise<string> => Promise.resolve('a-token');
const find = (name: string, environment: Record<string, string>): ReturnType<typeof configuredDatabase> =>
  configuredDatabase(name, { environment, settings: new Settings(environment), entraToken: token });

describe('configured names', () => {
  it("are the database's own name for DATABASE_URL, lower-cased, other characters as -", () => {
    expect(databaseNames({ DATABASE_URL: 'postgresql://u@h/LifeBook_Prod' })).toEqual(['lifebook-prod']);
  });

  it('come from the names of further settings', () => {
    const environment = { DATABASE_URL_EU_WEST: 'postgresql://u@h/a', DATABASE_URL: 'postgresql://u@h/b', OTHER: 'x' };
    expect(databaseNames(environment)).toEqual(['b', 'eu-west']);
  });

  it('must be unique', () => {
    const environment = { DATABASE_URL_B: 'postgresql://u@h/a', DATABASE_URL: 'postgresql://u@h/b' };
    expect(databaseNames(environment)).toEqual(['b']);
    expect(databaseProblems(environment)).toEqual(['DATABASE_URL_B gives the configured name "b" a second time']);
  });

  it('that cannot be names cost the others nothing', () => {
    const environment = { DATABASE_URL_EU: 'postgresql://u@h/a', DATABASE_URL_ä: 'postgresql://u@h/b' };
    expect(databaseNames(environment)).toEqual(['eu']);
    expect(databaseProblems(environment)).toHaveLength(1);
  });

  it('keep a database whose URL is broken, so that its nightly job fails loudly', () => {
    expect(databaseNames({ DATABASE_URL_X: 'nonsense' })).toEqual(['x']);
    expect(() => find('x', { DATABASE_URL_X: 'nonsense' })).toThrow('invalid-settings: DATABASE_URL_X must begin with');
  });
});

describe('a configured database', () => {
  it('verifies certificate and name of a remote host, whatever the URL says', () => {
    const environment = { DATABASE_URL: 'postgresql://u:p@db.example/app?sslmode=disable' };
    expect(find('app', environment).connection.tls).toBe('verify-full');
  });

  it('talks plainly to this machine, unless DATABASE_TLS says otherwise', () => {
    const environment = { DATABASE_URL: 'postgresql://u:p@localhost/app' };
    expect(find('app', environment).connection.tls).toBe('disable');
    expect(find('app', { ...environment, DATABASE_TLS: 'require' }).connection.tls).toBe('require');
  });

  it('has its own replica by the same suffix', () => {
    const environment = { DATABASE_URL_X: 'postgresql://u@h/a', DATABASE_DUMP_URL_X: 'postgresql://u@replica/a' };
    expect(find('x', environment).replica?.host).toBe('replica');
    expect(find('x', { DATABASE_URL_X: 'postgresql://u@h/a' }).replica).toBeUndefined();
  });

  it('takes a token as its password with DATABASE_AUTH=entra', async () => {
    const environment = { DATABASE_URL: 'postgresql://u:p@h/app', DATABASE_AUTH: 'entra' };
    await expect(find('app', environment).connection.password?.()).resolves.toBe('a-token');
  });
});

describe('the database that a request means', () => {
  it('is the only one, or the one that it names', () => {
    expect(chooseDatabase(undefined, ['a'])).toBe('a');
    expect(chooseDatabase('b', ['a', 'b'])).toBe('b');
  });

  it('must be named where there are several, and must exist', () => {
    expect(() => chooseDatabase(undefined, ['a', 'b'])).toThrow('invalid-request: database: must be named');
    expect(() => chooseDatabase('c', ['a', 'b'])).toThrow('invalid-request: database: no database of that name');
    expect(() => chooseDatabase(undefined, [])).toThrow('not-configured');
  });
});
