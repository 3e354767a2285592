import { describe, expect, it } from '@jest/globals';
import { whyGuarded } from '../../../../shared/domain/restore/restore-guard';

const RULES = {
  productionHosts: ['database.azure.com'],
  sources: [{ host: 'db.internal', port: 5432, database: 'lifebook' }],
};
const why = (host: string, database: string): string | undefined => whyGuarded({ host, port: 5432, database }, RULES);

describe('a database', () => {
  it('is guarded on a production host, however that is written', () => {
    expect(why('X.Postgres.Database.AZURE.com', 'scratch')).toBe(
      'its host matches PRODUCTION_HOST_PATTERN (database.azure.com)',
    );
  });

  it('is guarded when it is a configured one, or has the name of one anywhere', () => {
    expect(why('DB.internal', 'lifebook')).toBe('it is a configured database');
    expect(why('10.0.0.4', 'lifebook')).toBe('a configured database has this name');
  });

  it('is free elsewhere', () => {
    expect(why('localhost', 'scratch')).toBeUndefined();
  });
});
