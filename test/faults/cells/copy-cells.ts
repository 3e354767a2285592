import type { CopyCell } from '../../fixtures/faults/copy-scene';
import type { FaultRule, StorageFault } from '../../fixtures/faults/fault-proxy';
import {
  after,
  always,
  before,
  BLOCK,
  COMMIT,
  GLOBALS,
  MANIFEST,
  once,
  READ_BACK,
} from '../../fixtures/faults/storage-faults';

type Match = FaultRule['matches'];

const killed = (where: string, matches: Match, when: typeof before, from = 1): CopyCell => ({
  ...{ fault: `the worker is killed ${where}`, expected: 'succeeded after take-over', copy: 'whole', isKilled: true },
  rules: (scene) => [
    once(
      matches,
      when(() => scene.killWorker()),
      from,
    ),
  ],
});

const faulty = (
  fault: string,
  rule: FaultRule,
  expected: CopyCell['expected'] = 'succeeded',
  copy: CopyCell['copy'] = 'whole',
): CopyCell => ({ fault, expected, copy, rules: () => [rule] });

const LOST: StorageFault = { kind: 'lose-answer' };
const BUSY: StorageFault = { kind: 'answer', status: 503, code: 'ServerBusy' };
const REFUSED: StorageFault = { kind: 'answer', status: 403, code: 'AuthorizationFailure' };

export const COPY_CELLS: readonly CopyCell[] = [
  { fault: 'nothing', expected: 'succeeded', copy: 'whole' },
  killed('before the first block', BLOCK, before),
  killed('half way', BLOCK, before, 2),
  killed('when the second block is there', BLOCK, after, 2),
  killed('before the commit', COMMIT, before),
  killed('after the commit', COMMIT, after),
  killed('while it reads back', READ_BACK, before),
  killed('before the roles', GLOBALS, before),
  killed('before the manifest', MANIFEST, before),
  killed('after the manifest', MANIFEST, after),
  faulty('the answer to a block is lost', once(BLOCK, LOST, 2)),
  faulty('the answer to the commit is lost', once(COMMIT, LOST)),
  faulty('the answer to the manifest is lost', once(MANIFEST, LOST)),
  faulty('a block is throttled twice', { ...once(BLOCK, BUSY), times: 2 }),
  faulty('the second account is busy for ever', always(BLOCK, BUSY), 'failed: storage-unavailable', 'nothing'),
  faulty('the second account refuses', always(BLOCK, REFUSED), 'failed: storage-refused', 'nothing'),
  faulty('one bit changes on the way', once(BLOCK, { kind: 'flip-sent' })),
  {
    ...{
      fault: 'the dump is deleted half way',
      expected: 'failed: stored-bytes-differ',
      copy: 'nothing',
      isLarge: true,
    },
    rules: ({ source, blobs }) => [
      once(
        BLOCK,
        before(() => source.deleteBlob(blobs.dump)),
      ),
    ],
  },
  {
    ...{
      fault: 'the dump is overwritten half way',
      expected: 'failed: stored-bytes-differ',
      copy: 'nothing',
      isLarge: true,
    },
    rules: (scene) => [
      once(
        BLOCK,
        before(() => scene.overwrite(scene.source, scene.blobs.dump, Buffer.alloc(20 * 1024 * 1024))),
      ),
    ],
  },
  {
    ...{ fault: 'the dump has rotted', expected: 'failed: stored-bytes-differ', copy: 'nothing' },
    prepare: async ({ source, blobs }) => {
      const blob = source.getBlockBlobClient(blobs.dump);
      const { metadata = {} } = await blob.getProperties();
      const bytes = await blob.downloadToBuffer();
      bytes.writeUInt8(bytes.readUInt8(9_000_000) ^ 1, 9_000_000);
      await blob.uploadData(bytes, { metadata });
    },
  },
  {
    ...{ fault: 'another dump of that name is there', expected: 'failed: storage-conflict', copy: 'unpublished' },
    prepare: (scene) => scene.overwrite(scene.target, scene.blobs.dump, Buffer.from('of somebody')),
  },
  {
    ...{ fault: 'another manifest of that name is there', expected: 'failed: storage-conflict', copy: 'unpublished' },
    prepare: (scene) => scene.overwrite(scene.target, scene.blobs.manifest, Buffer.from('{}')),
  },
];
