import { describe, expect, it } from '@jest/globals';
import type { DrillEvidence } from '../../../../shared/domain/drills/drill';
import { drillPage, duration } from '../../../../shared/domain/drills/drill-page';

const HOSTILE = `<script>alert(1)</script>"'&</style><img src=x onerror=alert(1)>`;
const evidence: DrillEvidence = {
  ...{ evidenceVersion: 1, id: '20261125T040000Z-drill-family', database: 'family', verdict: 'content-failed' },
  ...{ kind: 'dump', moment: null, temporaryServer: null },
  failure: { code: 'restore-differs', detail: `table ${HOSTILE} has 3 rows, the manifest says 4` },
  ...{
    requestedBy: `${HOSTILE} (local)`,
    startedAt: '2026-11-25T04:00:00.000Z',
    finishedAt: '2026-11-25T04:05:00.000Z',
  },
  backup: {
    ...{ backupId: 'family_backup_20261125_0200', kind: 'nightly', chosen: 'newest', database: HOSTILE },
    ...{ snapshotAt: '2026-11-25T02:00:01.000Z', sizeBytes: 1234567, sha256: 'ab'.repeat(32) },
    ...{ serverVersion: '17.5', pgDump: '17.11', pgRestore: '17.11' },
  },
  server: { host: HOSTILE, version: '17.10' },
  scratchDatabase: 'lifebook_drill_x',
  phases: [{ phase: 'restore', seconds: 61.5 }],
  ...{ recoverySeconds: null, recoveryPointSeconds: 7199, compared: null },
  tables: [{ schema: 'public', name: HOSTILE, rows: 4, hasChecksum: true }],
  checks: [{ name: HOSTILE, state: 'failed', detail: HOSTILE }],
  warnings: [{ code: 'role-missing', detail: HOSTILE }],
};

describe('the page of a drill', () => {
  it('names a drill of a point in time, and shows both counts of rows', () => {
    const moment = {
      ...{ sourceServer: 'lifebook-db', windowFrom: '2026-11-18T04:00:00.000Z', comparedWith: null },
      ...{ pointInTime: '2026-11-25T03:55:00.000Z', lastCommitAt: '2026-11-25T03:54:58.123Z' },
    };
    const tables = [{ schema: 'public', name: 'moments', rows: 12, rowsInBackup: 11, hasChecksum: false }];
    const page = drillPage({
      ...evidence,
      kind: 'pitr',
      verdict: 'passed',
      backup: null,
      failure: null,
      moment,
      tables,
    });
    expect(page).toContain('<h1>Point-in-time drill of family</h1>');
    expect(page).toContain('Passed: the server comes back as it was at a moment.');
    expect(page).toContain('<td class="number">12</td><td class="number">11</td>');
    expect(page).toContain('no backup of before');
  });

  it('shows texts of the database as texts, and has no script', () => {
    const page = drillPage(evidence);
    expect(page.match(/<(script|img|link|iframe|form|a)\b/gi)).toBeNull();
    expect(page.match(/&lt;script&gt;alert\(1\)&lt;\/script&gt;&quot;&#39;&amp;/g)).toHaveLength(8);
    expect(page.match(/<style>/g)).toHaveLength(1);
    expect(page.match(/<\/style>/g)).toHaveLength(1);
  });

  it('says what failed, how old the snapshot was and what was not reached', () => {
    const page = drillPage(evidence);
    expect(page).toContain('Failed: what was restored is not what it should be.');
    expect(page).toContain('<dd>1 h 59 min</dd>');
    expect(page).toContain('<dd>not reached</dd>');
    expect(page).toContain('<td class="number">1 min 2 s</td>');
    expect(page).toContain('not compared');
    expect(page).toContain('<dd>1.23 MB (1,234,567 bytes)</dd>');
    expect(page).toContain('<dd>2026-11-25 02:00:01 UTC</dd>');
    expect(page).toContain('<td>restore into the scratch database</td>');
  });
});

it.each([
  [0, '0.0 s'],
  [4.26, '4.3 s'],
  [60, '1 min 0 s'],
  [3599, '59 min 59 s'],
  [7199, '1 h 59 min'],
  [93_784, '1 d 2 h'],
])('tells %d seconds as %s', (seconds, told) => {
  expect(duration(seconds)).toBe(told);
});
