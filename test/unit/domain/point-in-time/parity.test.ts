import { describe, expect, it } from '@jest/globals';
import { compareServers, differentParameters, missingRules } from '../../../../shared/domain/point-in-time/parity';
import { expectBackupPossible } from '../../../../shared/domain/backup/azure-backup';

const set = (name: string, value: string): { name: string; value: string; isSet: boolean; isReadOnly: boolean } => ({
  ...{ name, value, isSet: true, isReadOnly: false },
});

describe('parity of a restored server', () => {
  it('misses rules that are absent or different, not those beyond the source', () => {
    const office = { name: 'office', startIp: '203.0.113.7', endIp: '203.0.113.7' };
    const home = { name: 'home', startIp: '198.51.100.1', endIp: '198.51.100.9' };
    const wider = { ...office, endIp: '203.0.113.9' };
    expect(missingRules([office, home], [wider, { ...home, name: 'other' }])).toEqual([office, home]);
    expect(missingRules([office], [office, home])).toEqual([]);
  });

  it('applies what somebody has set, not defaults and not what is read-only', () => {
    const source = [
      set('work_mem', '65536'),
      { ...set('shared_buffers', '1'), isSet: false },
      { ...set('server_version', '17.5'), isReadOnly: true },
      set('same', 'x'),
    ];
    expect(differentParameters(source, [set('work_mem', '4096'), set('same', 'x')])).toEqual([source[0]]);
  });

  it('reports what a person decides about', () => {
    const administrators = [{ objectId: '1', name: 'dba@example.com' }];
    const source = { administrators, tags: { env: 'prod' }, highAvailability: 'ZoneRedundant', maintenanceWindow: 'w' };
    const clone = { ...source, administrators: [], tags: { other: 'x' }, highAvailability: 'Disabled' };
    expect(compareServers(source, clone)).toMatchObject([
      { kind: 'administrator', name: 'dba@example.com', clone: 'none', outcome: 'differs' },
      { kind: 'tag', name: 'env', source: 'prod', clone: '', outcome: 'differs' },
      { kind: 'high-availability', source: 'ZoneRedundant', clone: 'Disabled', outcome: 'differs' },
      { kind: 'diagnostic-settings', outcome: 'not-compared' },
    ]);
  });
});

describe("Azure's backup on demand", () => {
  const server = { name: 'lifebook-db', tier: 'GeneralPurpose', state: 'Ready' };
  const done = (name: string): { name: string; isOnDemand: boolean; completedAt: string | undefined } => ({
    ...{ name, isOnDemand: true, completedAt: '2026-11-23T10:00:00.000Z' },
  });
  const many = (count: number): ReturnType<typeof done>[] => Array.from({ length: count }, (_, n) => done(`b${n}`));

  it('is possible with six others, and automatic ones do not count', () => {
    const automatic = many(9).map((backup) => ({ ...backup, isOnDemand: false }));
    expect(() => expectBackupPossible(server, [...many(6), ...automatic])).not.toThrow();
  });

  it.each([
    ['with seven others', server, many(7), 'has 7 on-demand backups'],
    ['on a Burstable server', { ...server, tier: 'Burstable' }, [], 'Burstable'],
    ['while another one runs', server, [{ ...done('b'), completedAt: undefined }], 'still running'],
    ['on a server that is not ready', { ...server, state: 'Stopped' }, [], 'Stopped'],
  ])('is refused %s', (_, given, backups, why) => {
    expect(() => expectBackupPossible(given, backups)).toThrow(why);
  });
});
