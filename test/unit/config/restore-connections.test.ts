import { describe, expect, it } from '@jest/globals';
import {
  adminConnection,
  configuredPlaces,
  drillConnection,
  restoreTarget,
  restoreTargets,
} from '../../../shared/config/restore-connections';
import type { ConnectionSource } from '../../../shared/config/connections';
import { Settings } from '../../../shared/config/settings';
import type { Failure } from '../../../shared/domain/failure';

const APP = { DATABASE_URL: 'postgresql://reader:p@h/app' };
const source = (environment: Record<string, string>): ConnectionSource => ({
  environment,
  settings: new Settings(environment),
  entraToken: () => Promise.resolve('a-token'),
});

describe('the admin login', () => {
  it('has the suffix of its database, and a sign-in of its own', async () => {
    const environment = {
      ...{ DATABASE_URL_X: 'postgresql://reader:p@h/app', DATABASE_ADMIN_URL_X: 'postgresql://admin@H/postgres' },
      DATABASE_ADMIN_AUTH: 'entra',
    };
    const admin = adminConnection('x', source(environment));
    expect(admin).toMatchObject({ host: 'H', user: 'admin', database: 'postgres' });
    await expect(admin.password?.()).resolves.toBe('a-token');
  });

  it('is connected beside the database that it works on', () => {
    const inIt = adminConnection('app', source({ ...APP, DATABASE_ADMIN_URL: 'postgresql://admin@h/app' }));
    expect(inIt.database).toBe('postgres');
    const postgres = 'postgresql://admin@h/postgres';
    const ofPostgres = adminConnection('postgres', source({ DATABASE_URL: postgres, DATABASE_ADMIN_URL: postgres }));
    expect(ofPostgres.database).toBe('template1');
  });

  it('is told how to be made where it is missing', () => {
    expect.assertions(2);
    try {
      adminConnection('app', source(APP));
    } catch (error) {
      const { code, hint } = error as Failure;
      expect(code).toBe('not-configured');
      expect(hint).toContain('CREATE ROLE lifebook_restore LOGIN CREATEDB');
    }
  });

  it('must lead to the same server', () => {
    const elsewhere = { ...APP, DATABASE_ADMIN_URL: 'postgresql://admin@staging/postgres' };
    expect(() => adminConnection('app', source(elsewhere))).toThrow(
      'invalid-settings: DATABASE_ADMIN_URL names another server than DATABASE_URL',
    );
  });
});

describe('other servers', () => {
  const environment = { ...APP, RESTORE_TARGET_STAGING_2: 'postgresql://admin:p@staging/postgres' };

  it('are targets by the name of their setting', () => {
    expect(restoreTargets(source(environment))).toEqual(['staging-2']);
    expect(restoreTarget('staging-2', source(environment)).host).toBe('staging');
    expect(() => restoreTarget('other', source(environment))).toThrow(
      'invalid-request: target: no server of that name is configured (configured: staging-2)',
    );
  });

  it('are for drills when they are named, or the own one when that is wished', () => {
    const drill = { ...APP, DRILL_DATABASE_URL: 'postgresql://admin:p@drills/postgres' };
    expect(drillConnection('app', source(drill))?.host).toBe('drills');
    expect(drillConnection('app', source(APP))).toBeUndefined();
    const own = { ...APP, DRILL_ON_SOURCE: 'true', DATABASE_ADMIN_URL: 'postgresql://admin:p@h/postgres' };
    expect(drillConnection('app', source(own))?.host).toBe('h');
  });
});

describe('an app that only takes backups', () => {
  /** Every setting of a login that may write fails the test when it is read. */
  const guarded = new Proxy<Record<string, string>>(
    {
      ...{ ...APP, APP_ROLE: 'backup', DRILL_ON_SOURCE: 'true', DATABASE_ADMIN_URL: 'set', DRILL_DATABASE_URL: 'set' },
      RESTORE_TARGET_STAGING: 'set',
    },
    {
      get: (target, name: string) => {
        if (/ADMIN|DRILL_DATABASE|RESTORE_TARGET/.test(name)) throw new Error(`${name} was read`);
        return target[name];
      },
    },
  );

  it.each([
    ['the admin login', () => adminConnection('app', source(guarded))],
    ['the drill server', () => drillConnection('app', source(guarded))],
    ['another server', () => restoreTarget('staging', source(guarded))],
  ])('does not even read the URL of %s', (_what, read) => {
    expect(read).toThrow('not-configured: this app takes backups only (APP_ROLE=backup) and uses no admin login');
  });
});

describe('the places that URLs name', () => {
  it('are those of every setting that holds one', () => {
    const environment = {
      ...{ ...APP, DATABASE_DUMP_URL: 'postgresql://r@replica/app', RESTORE_TARGET_S: 'postgresql://a@s/postgres' },
      ...{ DATABASE_ADMIN_URL: 'postgresql://a@h/postgres', DRILL_DATABASE_URL: 'postgresql://a@d:5433/scratch' },
    };
    expect(configuredPlaces(source(environment))).toEqual([
      { host: 'h', port: 5432, database: 'app' },
      { host: 'replica', port: 5432, database: 'app' },
      { host: 'h', port: 5432, database: 'postgres' },
      { host: 's', port: 5432, database: 'postgres' },
      { host: 'd', port: 5433, database: 'scratch' },
    ]);
  });

  it('cannot be told while one of them is broken', () => {
    expect(() => configuredPlaces(source({ ...APP, RESTORE_TARGET_S: 'nonsense' }))).toThrow(
      'invalid-settings: RESTORE_TARGET_S must begin with',
    );
  });
});
