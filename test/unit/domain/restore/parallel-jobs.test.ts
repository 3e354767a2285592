import { describe, expect, it } from '@jest/globals';
import { parallelJobs } from '../../../../shared/domain/restore/parallel-jobs';

const jobsFor = (...sizes: number[]): number => parallelJobs(sizes.map((bytes) => ({ bytes })));

describe('the number of jobs of a restore', () => {
  it('is no more than bring the other tables in while the largest one is filled', () => {
    expect(jobsFor(61, 17, 12, 7, 3)).toBe(2);
    expect(jobsFor(40, 30, 30)).toBe(3);
    expect(jobsFor(25, 25, 25, 25)).toBe(4);
  });

  it('leaves connections to others however even the tables are', () => {
    expect(parallelJobs(Array.from({ length: 300_000 }, () => ({ bytes: 5 })))).toBe(4);
  });

  it('is two where one table has everything, none has anything, or nobody counted', () => {
    expect(jobsFor(1000)).toBe(2);
    expect(jobsFor(0, 0)).toBe(2);
    expect(jobsFor()).toBe(2);
    expect(parallelJobs([{}, {}])).toBe(2);
  });
});
