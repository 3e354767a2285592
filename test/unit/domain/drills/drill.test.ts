import { describe, expect, it } from '@jest/globals';
import type { CatalogEntry } from '../../../../shared/domain/catalog/catalog';
import { blamesBackup, chooseForDrill, rolesOf, verdictOf } from '../../../../shared/domain/drills/drill';
import { Failure, type FailureCode } from '../../../../shared/domain/failure';

const entry = (backupId: string, state: CatalogEntry['state'], database = 'family'): CatalogEntry =>
  ({ backupId, state, database }) as CatalogEntry;
const catalog = [
  entry('family_backup_20261125_0200', 'damaged'),
  entry('other_backup_20261124_0200', 'verified', 'other'),
  entry('family_backup_20261123_0200', 'verified'),
  entry('family_backup_20261122_0200', 'expired'),
  entry('family_backup_20261121_0200', 'verified'),
];

describe('the backup of a drill', () => {
  it('is the newest verified one of the database', () => {
    expect(chooseForDrill(catalog, 'family', 'newest', () => 0.99)).toBe('family_backup_20261123_0200');
  });

  it('is any verified one of the database at random', () => {
    const chosen = [0, 0.49, 0.5, 0.99].map((random) => chooseForDrill(catalog, 'family', 'random', () => random));
    expect(chosen.map((id) => id.slice(14, 22))).toEqual(['20261123', '20261123', '20261121', '20261121']);
  });

  it('is missing where nothing is verified', () => {
    expect(() => chooseForDrill(catalog, 'elsewhere', 'newest', () => 0)).toThrow('nothing-to-drill');
  });
});

it.each([
  ['stored-bytes-differ', 'content-failed', true],
  ['archive-undecodable', 'content-failed', true],
  ['restore-differs', 'content-failed', true],
  ['restore-failed', 'content-failed', true],
  ['drill-check-failed', 'content-failed', false],
  ['dump-missing', 'content-failed', false],
  ['restore-killed', 'infrastructure-failed', false],
  ['database-unreachable', 'infrastructure-failed', false],
  ['storage-unavailable', 'infrastructure-failed', false],
  ['canceled', 'infrastructure-failed', false],
] as [FailureCode, string, boolean][])('calls %s %s and blames the backup for it: %s', (code, verdict, blames) => {
  const failure = new Failure(code, 'why');
  expect([verdictOf(failure), blamesBackup(failure)]).toEqual([verdict, blames]);
});

it('does not blame the backup for what the drill server lacks', () => {
  const failure = new Failure('restore-failed', 'extension "postgis" is not available', { hint: 'install it' });
  expect([verdictOf(failure), blamesBackup(failure)]).toEqual(['infrastructure-failed', false]);
});

it('calls a drill without a failure passed', () => {
  expect(verdictOf(undefined)).toBe('passed');
});

it('reads the roles of a globals script', () => {
  const script = 'CREATE ROLE app;\nALTER ROLE app WITH LOGIN;\nCREATE ROLE "Odd ""Name""";\n-- CREATE ROLE no;\n';
  expect(rolesOf(script)).toEqual(['app', 'Odd "Name"']);
});
