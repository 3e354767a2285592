import { describe, expect, it } from '@jest/globals';
import {
  type AccountProtection,
  coolRule,
  expiryRule,
  findDrifts,
  type LifecycleRule,
  type PolicyReport,
  policyTroubles,
  type ProtectedAccount,
} from '../../../../shared/domain/storage-policies/storage-policy';

const DUMPS: ProtectedAccount = { purpose: 'dumps', account: 'dumps', containers: ['lifebook-db-backups'] };
const CONTENT: ProtectedAccount = { purpose: 'content', account: 'content', containers: ['photos'] };

const rule = (changes: Partial<LifecycleRule> = {}): LifecycleRule => ({
  ...{ name: 'delete-expired', isEnabled: true, blobTypes: ['blockBlob'], prefixes: ['lifebook-db-backups/'] },
  tags: [
    { name: 'retention', value: 'expired' },
    { name: 'hold', value: 'none' },
  ],
  ...{ deletes: true, archives: false, coolsAfterDays: null },
  ...changes,
});
const byAge = (changes: Partial<LifecycleRule> = {}): LifecycleRule => rule({ name: 'by-age', tags: [], ...changes });

const protection = (changes: Partial<AccountProtection> = {}): AccountProtection => ({
  ...{ blobSoftDeleteDays: 14, containerSoftDeleteDays: 14, allowsPermanentDelete: false, isVersioned: false },
  lifecycleRules: [rule()],
  containers: [
    { name: 'lifebook-db-backups', isThere: true, immutability: { days: 1, isLocked: false }, hasLegalHold: false },
  ],
  ...changes,
});
const WANTED = { softDeleteDays: 14, coolAfterDays: 0 };
const kinds = (account: ProtectedAccount, changes: Partial<AccountProtection>): string[] =>
  findDrifts(account, protection(changes), WANTED).map(({ what }) => what);

describe('an account that is protected as it should be, or better', () => {
  it.each<[string, Partial<AccountProtection>]>([
    ['by the template', {}],
    ['with longer soft delete', { blobSoftDeleteDays: 365, containerSoftDeleteDays: 30 }],
    ['by a rule for the whole account', { lifecycleRules: [rule({ prefixes: [] })] }],
    ['by a rule that names the container without its slash', { lifecycleRules: [rule({ prefixes: ['lifebook-db'] })] }],
    ["beside others' rules for other containers", { lifecycleRules: [rule(), byAge({ prefixes: ['logs/'] })] }],
    ['beside a rule that is turned off', { lifecycleRules: [byAge({ isEnabled: false }), rule()] }],
    ['beside a rule for append blobs', { lifecycleRules: [rule(), byAge({ blobTypes: ['appendBlob'] })] }],
  ])('has no drift: %s', (_, changes) => {
    expect(findDrifts(DUMPS, protection(changes), WANTED)).toEqual([]);
  });

  it('may version and delete by age what are no dumps', () => {
    const changes = { isVersioned: true, lifecycleRules: [byAge({ prefixes: [] })], containers: [] };
    expect(kinds(CONTENT, changes)).toEqual([]);
  });
});

describe('a drift', () => {
  const [retention, hold] = rule().tags;
  it.each<[string, Partial<AccountProtection>, string[]]>([
    ['soft delete that is off', { blobSoftDeleteDays: 0 }, ['blob-soft-delete']],
    ['container soft delete that is too short', { containerSoftDeleteDays: 7 }, ['container-soft-delete']],
    ['no lifecycle policy', { lifecycleRules: [] }, ['expiry-rule']],
    ['a rule that is turned off', { lifecycleRules: [rule({ isEnabled: false })] }, ['expiry-rule']],
    [
      'a rule for one folder',
      { lifecycleRules: [rule({ prefixes: ['lifebook-db-backups/manual/'] })] },
      ['expiry-rule'],
    ],
    [
      'a rule that wants one tag more',
      { lifecycleRules: [rule({ tags: [...rule().tags, { name: 'kind', value: 'manual' }] })] },
      ['expiry-rule'],
    ],
    [
      'a rule that forgets holds',
      { lifecycleRules: [rule({ tags: retention === undefined ? [] : [retention] })] },
      ['expiry-rule', 'deletes-kept-dumps'],
    ],
    [
      'a rule that forgets retention',
      { lifecycleRules: [rule(), rule({ tags: hold === undefined ? [] : [hold] })] },
      ['deletes-kept-dumps'],
    ],
    ['a rule that deletes by age', { lifecycleRules: [rule(), byAge()] }, ['deletes-kept-dumps']],
    [
      'one that deletes by age in a folder of the dumps',
      { lifecycleRules: [rule(), byAge({ prefixes: ['lifebook-db-backups/nightly/'] })] },
      ['deletes-kept-dumps'],
    ],
    [
      'a rule that archives',
      { lifecycleRules: [rule(), byAge({ deletes: false, archives: true })] },
      ['archives-dumps'],
    ],
    ['versioning of dumps', { isVersioned: true }, ['versioning']],
    ['permanent delete', { allowsPermanentDelete: true }, ['permanent-delete']],
    [
      'no immutability',
      { containers: [{ name: 'lifebook-db-backups', isThere: true, immutability: null, hasLegalHold: true }] },
      ['immutability'],
    ],
    [
      'a container that is gone',
      { containers: [{ name: 'lifebook-db-backups', isThere: false, immutability: null, hasLegalHold: false }] },
      ['container-missing'],
    ],
  ])('is %s', (_, changes, expected) => {
    expect(kinds(DUMPS, changes)).toEqual(expected);
  });

  it('says what is, what should be, and who mends it', () => {
    expect(findDrifts(DUMPS, protection({ blobSoftDeleteDays: 7, isVersioned: true }), WANTED)).toEqual([
      { what: 'blob-soft-delete', detail: 'blob soft delete is 7 days, not 14', remedy: 'app' },
      {
        what: 'versioning',
        detail: 'versioning is on: expired dumps stay as versions and are paid for',
        remedy: 'person',
      },
    ]);
  });

  it('of an account with 100 rules is left to a person, because Azure takes no more', () => {
    const lifecycleRules = Array.from({ length: 100 }, (_, at) => byAge({ name: `r${at}`, prefixes: ['logs/'] }));
    expect(findDrifts(DUMPS, protection({ lifecycleRules }), WANTED)).toMatchObject([
      { what: 'rules-full', remedy: 'person' },
    ]);
  });
});

it('writes a rule that deletes no sooner than immutability allows', () => {
  const containers = [
    { name: 'lifebook-db-backups', isThere: true, immutability: { days: 30, isLocked: true }, hasLegalHold: false },
  ];
  expect(expiryRule('lifebook-db-backups', protection({ containers }))).toEqual({
    ...{ name: 'lifebook-backup-delete-expired', prefix: 'lifebook-db-backups/', action: 'delete', afterDays: 30 },
    tags: [
      { name: 'retention', value: 'expired' },
      { name: 'hold', value: 'none' },
    ],
  });
  expect(expiryRule('lifebook-db-backups', protection({ containers: [] })).afterDays).toBe(1);
});

describe('the cool tier', () => {
  const cool = (changes: Partial<LifecycleRule> = {}): LifecycleRule =>
    rule({ ...{ name: 'cool-dumps', tags: [], deletes: false, coolsAfterDays: 30 }, ...changes });
  const withRules = (...rules: LifecycleRule[]): string[] => {
    const found = protection({ lifecycleRules: [rule(), ...rules] });
    return findDrifts(DUMPS, found, { softDeleteDays: 14, coolAfterDays: 30 }).map(({ what }) => what);
  };

  it.each<[string, LifecycleRule[], string[]]>([
    ['nothing moves', [], ['cool-rule']],
    ['a rule does', [cool()], []],
    ['a rule does sooner', [cool({ coolsAfterDays: 7 })], []],
    ['a rule does too late', [cool({ coolsAfterDays: 60 })], ['cool-rule']],
    ['the rule is turned off', [cool({ isEnabled: false })], ['cool-rule']],
    ['the rule is for some of them', [cool({ tags: rule().tags })], ['cool-rule']],
    ['the rule is for another container', [cool({ prefixes: ['photos/'] })], ['cool-rule']],
    ['there is no room for a rule', Array.from({ length: 99 }, () => cool({ isEnabled: false })), ['rules-full']],
  ])('is told when %s', (_, rules, expected) => {
    expect(withRules(...rules)).toEqual(expected);
  });

  it('is nothing to the content account', () => {
    expect(findDrifts(CONTENT, protection(), { softDeleteDays: 14, coolAfterDays: 30 })).toEqual([]);
  });

  it('gets a rule for every dump, held or not, that deletes nothing', () => {
    expect(coolRule('lifebook-db-backups', 30)).toEqual({
      ...{
        name: 'lifebook-backup-cool-dumps',
        prefix: 'lifebook-db-backups/',
        tags: [],
        action: 'cool',
        afterDays: 30,
      },
    });
  });
});

it('a report is stale after two days without a comparison', () => {
  const report: PolicyReport = {
    at: '2026-11-23T10:00:00.000Z',
    accounts: [{ purpose: 'content', blobSoftDeleteDays: 0, drifts: [] }],
  };
  expect(policyTroubles(report, new Date('2026-11-25T12:00:00Z'))).toEqual([]);
  expect(policyTroubles(report, new Date('2026-11-25T12:00:01Z'))).toEqual([
    'the policies were last compared at 2026-11-23T10:00:00.000Z',
  ]);
});
