import { describe, expect, it } from '@jest/globals';
import { planPitr, type PitrFacts } from '../../../../shared/domain/point-in-time/pitr-plan';
import {
  cloneName,
  expectServerName,
  isServerName,
  sourceServerName,
} from '../../../../shared/domain/point-in-time/server-names';

const facts: PitrFacts = {
  now: new Date('2026-11-23T10:00:00Z'),
  request: { pointInTime: '2026-11-23T01:58:00.000Z', then: 'keep' },
  source: {
    ...{ name: 'lifebook-db', state: 'Ready', earliestRestoreAt: '2026-11-16T10:00:00.124Z' },
    network: { kind: 'public' },
  },
  target: 'lifebook-db-20261123t0158-3f9a1c7e',
  resourceGroup: 'restore-rg',
  name: { isFree: true, reason: '' },
  exportTtlHours: 24,
};
const at = (pointInTime: string): PitrFacts => ({ ...facts, request: { ...facts.request, pointInTime } });

describe('the plan of a point-in-time restore', () => {
  it('names the new server, the window and what is lost', () => {
    expect(planPitr(facts)).toMatchObject({
      ...{ sourceServer: 'lifebook-db', server: 'lifebook-db-20261123t0158-3f9a1c7e', resourceGroup: 'restore-rg' },
      window: { from: '2026-11-16T10:00:00.124Z', to: '2026-11-23T10:00:00.000Z' },
      expiresAt: null,
      warnings: [{ code: 'later-writes-lost' }],
    });
  });

  it.each([
    ['2026-11-16T10:00:00.123Z', 'outside-restore-window'],
    ['2026-11-23T10:00:00.001Z', 'outside-restore-window'],
  ])('refuses %s, just outside of the window', (pointInTime, code) => {
    expect(() => planPitr(at(pointInTime))).toThrow(code);
  });

  it.each(['2026-11-16T10:00:00.124Z', '2026-11-23T10:00:00.000Z'])('accepts %s, the edge of the window', (time) => {
    expect(planPitr(at(time)).pointInTime).toBe(time);
  });

  it('refuses a server without a backup, one that is not ready, and a name that is taken', () => {
    const source = { ...facts.source, earliestRestoreAt: undefined };
    expect(() => planPitr({ ...facts, source })).toThrow('has no backup yet');
    expect(() => planPitr({ ...facts, source: { ...facts.source, state: 'Stopped' } })).toThrow('server-not-ready');
    expect(() => planPitr({ ...facts, name: { isFree: false, reason: 'used' } })).toThrow('server-name-taken');
  });

  it('refuses an export behind private endpoints, and warns of a server that nobody reaches', () => {
    const source = { ...facts.source, network: { kind: 'private-endpoint' } } as const;
    const request = { ...facts.request, then: 'export' } as const;
    expect(() => planPitr({ ...facts, source, request })).toThrow('network-unsupported');
    expect(planPitr({ ...facts, source }).warnings.map(({ code }) => code)).toContain('clone-not-reached');
  });

  it('gives an export a time to live, and a kept server one only when it was asked for', () => {
    const request = { ...facts.request, then: 'export' } as const;
    expect(planPitr({ ...facts, request }).expiresAt).toBe('2026-11-24T10:00:00.000Z');
    expect(planPitr({ ...facts, request: { ...facts.request, ttlHours: 2 } }).expiresAt).toBe(
      '2026-11-23T12:00:00.000Z',
    );
  });

  it('warns when the moment may not be archived yet', () => {
    expect(planPitr(at('2026-11-23T09:55:01.000Z')).warnings.map(({ code }) => code)).toContain('very-recent');
    expect(planPitr(at('2026-11-23T09:54:59.000Z')).warnings.map(({ code }) => code)).not.toContain('very-recent');
  });
});

describe('server names', () => {
  it('are made of the source, the moment and the job, in 63 characters', () => {
    const jobId = '20261123T100000Z-3f9a1c7e';
    expect(cloneName('lifebook-db', '2026-11-23T01:58:00.000Z', jobId)).toBe('lifebook-db-20261123t0158-3f9a1c7e');
    const long = cloneName(`${'a'.repeat(39)}-${'b'.repeat(23)}`, '2026-11-23T01:58:00.000Z', jobId);
    expect(long).toBe(`${'a'.repeat(39)}-20261123t0158-3f9a1c7e`);
    expect(isServerName(long)).toBe(true);
  });

  it.each(['ab', '-abc', 'abc-', 'Abc', 'a_c', 'a'.repeat(64)])('refuse %s', (name) => {
    expect(() => expectServerName(name)).toThrow('targetServer');
  });

  it('come from the setting with one database, and from the host with several', () => {
    const host = 'eu.postgres.database.azure.com';
    expect(sourceServerName({ host, setting: 'set', databases: 1 })).toBe('set');
    expect(sourceServerName({ host, setting: 'set', databases: 2 })).toBe('eu');
    expect(sourceServerName({ host: '10.0.0.4', setting: 'set', databases: 2 })).toBe('set');
    expect(sourceServerName({ host, setting: undefined, databases: 1 })).toBe('eu');
    expect(sourceServerName({ host: '10.0.0.4', setting: undefined, databases: 1 })).toBeUndefined();
    expect(
      sourceServerName({ host: 'eu.writer.postgres.database.azure.com', setting: undefined, databases: 1 }),
    ).toBeUndefined();
  });
});
