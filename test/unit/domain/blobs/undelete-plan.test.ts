import { describe, expect, it } from '@jest/globals';
import { type BlobEntry, type BlobHistory, historiesOf } from '../../../../shared/domain/blobs/blob-history';
import { endedWithin, planReturn, planUndelete } from '../../../../shared/domain/blobs/undelete-plan';

const at = (clock: string): string => `2026-11-25T${clock}.000Z`;
const nothing = { name: 'a.jpg', isDeleted: false, etag: 'e1', sizeBytes: 5, isCurrentVersion: false };
const none = { deletedAt: undefined, daysLeft: undefined, snapshot: undefined, version: undefined };
const entry = (what: Partial<BlobEntry>): BlobEntry => ({ ...nothing, ...none, writtenAt: at('08:00:00'), ...what });
const deleted = (clock: string, what: Partial<BlobEntry> = {}): BlobEntry =>
  entry({ isDeleted: true, deletedAt: at(clock), daysLeft: 14, ...what });
const version = (clock: string, what: Partial<BlobEntry> = {}): BlobEntry =>
  entry({ version: `2026-11-25T${clock}.0000000Z`, writtenAt: at(clock), ...what });
function historyOf(...entries: BlobEntry[]): BlobHistory {
  const [history] = historiesOf(entries);
  if (history === undefined) throw new Error('the test gave no entry');
  return history;
}
const wish = { overwrite: false };

describe('an undelete', () => {
  it('brings back a blob that is gone, and leaves one alone of which nothing was deleted', () => {
    expect(planUndelete(historyOf(deleted('10:00:00')), wish)).toEqual({ do: 'undelete', name: 'a.jpg' });
    expect(planUndelete(historyOf(entry({})), wish)).toBeUndefined();
    expect(planUndelete(historyOf(entry({}), entry({ snapshot: 's1' })), { overwrite: true })).toBeUndefined();
  });

  it('keeps to the window, whose times may be finer than those of a listing', () => {
    const history = historyOf(deleted('10:00:00'));
    const between = (deletedFrom: string, deletedTo: string): string | undefined =>
      planUndelete(history, { ...wish, deletedFrom: at(deletedFrom), deletedTo: at(deletedTo) })?.do;
    expect(between('09:59:59', '10:00:01')).toBe('undelete');
    expect(between('10:00:00', '10:00:00')).toBe('undelete');
    expect(between('10:00:01', '10:00:05')).toBeUndefined();
    expect(between('09:00:00', '09:59:59')).toBeUndefined();
    expect(planUndelete(history, { ...wish, deletedFrom: '2026-11-25T10:00:00.900Z' })?.do).toBe('undelete');
  });

  it('overwrites nothing live unless told to', () => {
    const history = historyOf(deleted('10:00:00', { snapshot: 's1' }), entry({}));
    expect(planUndelete(history, wish)).toEqual({
      do: 'skip',
      name: 'a.jpg',
      reason: 'it is live; "overwrite": true puts earlier content over it',
    });
    expect(planUndelete(history, { overwrite: true })).toEqual({
      do: 'promote',
      name: 'a.jpg',
      source: { kind: 'snapshot', id: 's1' },
      undeleteFirst: true,
      over: 'e1',
    });
  });

  it('takes the content before the window where there is one, else the one before the last overwriting', () => {
    const history = historyOf(
      deleted('10:00:00', { snapshot: 's1' }),
      deleted('11:00:00', { snapshot: 's2' }),
      entry({}),
    );
    const source = (deletedFrom?: string): unknown =>
      planUndelete(history, {
        overwrite: true,
        ...(deletedFrom === undefined ? {} : { deletedFrom: at(deletedFrom) }),
      });
    expect(source()).toMatchObject({ source: { id: 's2' } });
    expect(source('09:30:00')).toMatchObject({ source: { id: 's1' } });
    expect(source('10:30:00')).toMatchObject({ source: { id: 's2' } });
  });

  it('promotes the last version of a blob that was deleted with versioning on, without a window only', () => {
    const history = historyOf(version('08:00:00'), version('09:00:00'));
    expect(planUndelete(history, wish)).toMatchObject({
      do: 'promote',
      source: { kind: 'version', id: '2026-11-25T09:00:00.0000000Z' },
      undeleteFirst: false,
      over: undefined,
    });
    expect(planUndelete(history, { ...wish, deletedFrom: at('09:30:00') })?.do).toBe('skip');
  });

  it('promotes the version before the current one', () => {
    const history = historyOf(version('08:00:00'), version('09:00:00', { isCurrentVersion: true }));
    expect(planUndelete(history, { overwrite: true })).toMatchObject({
      source: { kind: 'version', id: '2026-11-25T08:00:00.0000000Z' },
    });
  });
});

describe('a return to a moment', () => {
  const history = historyOf(
    deleted('09:00:00', { snapshot: 's1', writtenAt: at('08:00:00') }),
    deleted('11:00:00', { writtenAt: at('09:00:00') }),
  );

  it('takes the content that the blob had then', () => {
    expect(planReturn(history, at('08:30:00'))).toMatchObject({
      do: 'promote',
      source: { id: 's1' },
      undeleteFirst: true,
    });
    expect(planReturn(history, at('10:00:00'))).toEqual({ do: 'undelete', name: 'a.jpg' });
  });

  it('takes the last one without a moment, or when all of it is younger', () => {
    expect(planReturn(history, undefined)).toEqual({ do: 'undelete', name: 'a.jpg' });
    expect(planReturn(history, at('07:00:00'))).toEqual({ do: 'undelete', name: 'a.jpg' });
  });

  it('says why it can do nothing', () => {
    expect(planReturn({ name: 'a.jpg', live: undefined, kept: [] }, undefined)).toEqual({
      do: 'skip',
      name: 'a.jpg',
      reason: 'nothing of it is kept: its retention time has ended',
    });
  });
});

describe('a time window', () => {
  it.each([
    ['2026-11-25T12:00:00.500Z', undefined, true],
    ['2026-11-25T12:00:01.000Z', undefined, false],
    [undefined, '2026-11-25T12:00:00.000Z', true],
    [undefined, '2026-11-25T11:59:59.999Z', false],
  ])('from %s to %s: what listings tell of 12:00:00 is in it: %s', (deletedFrom, deletedTo, expected) => {
    expect(endedWithin({ endedAt: '2026-11-25T12:00:00.000Z' }, { deletedFrom, deletedTo })).toBe(expected);
  });
});
