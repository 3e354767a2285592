import { z } from 'zod';
import { listOf, time } from './answers';

const daysLeft = z.int().describe('days until it is gone for good');

const deletedBlob = z
  .object({
    container: z.string().describe('where it is'),
    name: z.string().describe('of the blob'),
    state: z.enum(['deleted', 'overwritten']).describe('overwritten: a blob of that name is live'),
    kind: z
      .enum(['base', 'snapshot', 'version'])
      .describe('as what the account keeps it: the blob itself, or a former content'),
    id: z.string().optional().describe("the snapshot's or version's time; absent of the blob itself"),
    deletedAt: time.optional().describe('when it was deleted or overwritten; not told with versioning'),
    daysLeft: daysLeft.optional().describe('days until it is gone for good; absent of a version that is not deleted'),
    writtenAt: time.describe('when this content was written'),
    sizeBytes: z.number().describe('of this content'),
  })
  .meta({ id: 'DeletedBlob' });

const deletedContainer = z
  .object({
    name: z.string().describe('of the container'),
    version: z.string().describe('tells it from others of its name that were deleted'),
    deletedAt: time.describe('when it was deleted'),
    daysLeft,
  })
  .meta({ id: 'DeletedContainer' });

export const deletedBlobsAnswer = listOf(
  z.union([deletedBlob, deletedContainer]),
  'by container and name; with containers=true deleted containers instead',
);
