import { describe, expect, it } from '@jest/globals';
import {
  copyJobId,
  drillJobId,
  dropJobId,
  isJobId,
  nightlyJobId,
  policiesJobId,
  reverifyJobId,
  slug,
} from '../../../../shared/domain/jobs/job-id';

const at = new Date('2026-11-23T14:05:06.789Z');

describe('the id of a job', () => {
  it.each([
    ['a nightly', nightlyJobId('lifebook', at), '20261123T140506Z-nightly-lifebook'],
    ['a drill', drillJobId('eu-west', at), '20261123T140506Z-drill-eu-west'],
    [
      'a verification',
      reverifyJobId('lifebook_backup_20261122_0200_2', at),
      '20261123T000000Z-verify-lifebook-20261122-0200-2',
    ],
    ['a copy', copyJobId('lifebook_backup_20261122_0200', at), '20261123T000000Z-copy-lifebook-20261122-0200'],
    ['a drop', dropJobId('20261120T010203Z-3f9a1c7e', at), '20261123T000000Z-drop-20261120t010203z-3f9a1c7e'],
    ['a comparison of policies', policiesJobId(at), '20261123T000000Z-storage-policies'],
  ])('of %s is the same whoever asks, for its time or its day', (_what, id, expected) => {
    expect(id).toBe(expected);
    expect(isJobId(id)).toBe(true);
  });

  it('is part of a database name as small letters, digits and underscores', () => {
    expect(slug('20261123T020000Z-3f9a1c7e')).toBe('20261123t020000z_3f9a1c7e');
  });
});
