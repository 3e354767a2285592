import { describe, expect, it } from '@jest/globals';
import { decideReaping, type ReapFacts } from '../../../../shared/domain/point-in-time/reap';

const facts: ReapFacts = {
  now: new Date('2026-11-23T10:00:00Z'),
  installation: 'ours',
  server: {
    name: 'lifebook-db-20261122t0158-3f9a1c7e',
    host: 'lifebook-db-20261122t0158-3f9a1c7e.postgres.database.azure.com',
    tags: {
      'lifebook-backup-installation': 'ours',
      'lifebook-backup-job': '20261122T020000Z-3f9a1c7e',
      'lifebook-backup-until': '2026-11-23T09:59:59.000Z',
    },
  },
  configuredHosts: ['lifebook-db.postgres.database.azure.com'],
  unfinishedJobs: new Set(),
};
const tagged = (tags: Record<string, string | undefined>): ReapFacts => {
  const all = Object.entries({ ...facts.server.tags, ...tags }).filter(([, value]) => value !== undefined);
  return { ...facts, server: { ...facts.server, tags: Object.fromEntries(all) as Record<string, string> } };
};

describe('the reaper', () => {
  it('takes a server of this installation whose time is over, if nobody is connected', () => {
    expect(decideReaping(facts)).toEqual({ do: 'delete-if-idle', reason: 'its time was 2026-11-23T09:59:59.000Z' });
  });

  it.each([
    ['of another installation', tagged({ 'lifebook-backup-installation': 'theirs' }), false],
    ['without our tag', tagged({ 'lifebook-backup-installation': undefined }), false],
    ['made to stay', tagged({ 'lifebook-backup-until': undefined }), false],
    ['whose time is not over', tagged({ 'lifebook-backup-until': '2026-11-23T10:00:01.000Z' }), false],
    ['whose time cannot be read', tagged({ 'lifebook-backup-until': 'tomorrow' }), true],
    ['whose job goes on', { ...facts, unfinishedJobs: new Set(['20261122T020000Z-3f9a1c7e']) }, true],
    ['when the configured URLs cannot be read', { ...facts, configuredHosts: null }, true],
    ['that a URL names', { ...facts, configuredHosts: [facts.server.host?.toUpperCase() ?? ''] }, true],
    ['that a private host names', { ...facts, configuredHosts: [`${facts.server.name}.private.example`] }, true],
  ] as const)('keeps a server %s', (_, given, isOverdue) => {
    expect(decideReaping(given)).toMatchObject({ do: 'keep', isOverdue });
  });
});
