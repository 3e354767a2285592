import type { Cell, Outcome } from '../../fixtures/faults/cell';
import type { Scene } from '../../fixtures/faults/scene';
import { always, before, BLOCK, LOOK_AT_DUMP, once, READ_BACK } from '../../fixtures/faults/storage-faults';

/** The stored bytes are not what was sent. `LOOK_AT_DUMP`: the second look is the verification's own. */
const changed = (
  fault: string,
  at: 'before the look' | 'while it is read',
  change: (bytes: Buffer) => Buffer,
): Cell => ({
  ...{ stage: at === 'before the look' ? 'after the last byte' : 'during read-back' },
  ...{ fault, expected: ['failed: stored-bytes-differ'] },
  storage: (scene) => [
    at === 'before the look'
      ? once(
          LOOK_AT_DUMP,
          before(() => overwrite(scene, change)),
          2,
        )
      : once(
          READ_BACK,
          before(() => overwrite(scene, change)),
          2,
        ),
  ],
});

const received = (fault: string, expected: Outcome, rule: ReturnType<typeof once>): Cell => ({
  ...{ stage: 'during read-back', fault, expected: [expected], storage: () => [rule] },
});

export const BYTES_CELLS: readonly Cell[] = [
  changed('one bit of the stored dump is changed', 'before the look', flipMiddle),
  changed('one bit of the stored dump is changed while it is read', 'while it is read', flipMiddle),
  changed('the stored dump is cut to half', 'before the look', (bytes) => bytes.subarray(0, bytes.length >> 1)),
  changed('the stored dump has a byte more', 'before the look', (bytes) => Buffer.concat([bytes, Buffer.from('x')])),
  changed('the stored dump is cut to nothing', 'before the look', () => Buffer.alloc(0)),
  {
    ...{ stage: 'after the last byte', fault: 'the stored dump is deleted', expected: ['failed: stored-bytes-differ'] },
    storage: (scene) => [
      once(
        LOOK_AT_DUMP,
        before(() => newest(scene).then((blob) => blob.delete())),
        2,
      ),
    ],
  },
  {
    ...{ stage: 'in the middle', fault: 'one bit is changed on the way to the store, once' },
    ...{ expected: ['succeeded'], storage: () => [once(BLOCK, { kind: 'flip-sent' }, 2)] },
  },
  {
    ...{ stage: 'in the middle', fault: 'one bit is changed on the way to the store, always' },
    ...{ expected: ['failed: storage-unavailable'], storage: () => [always(BLOCK, { kind: 'flip-sent' }, 2)] },
  },
  received(
    'one bit is changed on the way back',
    'failed: stored-bytes-differ',
    once(READ_BACK, { kind: 'flip-received' }, 2),
  ),
];

function flipMiddle(bytes: Buffer): Buffer {
  const at = bytes.length >> 1;
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  return bytes;
}

/** With the metadata and tags that it had, as decay would leave them. */
async function overwrite(scene: Scene, change: (bytes: Buffer) => Buffer): Promise<void> {
  const blob = await newest(scene);
  const [bytes, { metadata = {} }, { tags }] = await Promise.all([
    blob.downloadToBuffer(),
    blob.getProperties(),
    blob.getTags(),
  ]);
  const now = change(bytes);
  await blob.upload(now, now.length, { metadata, tags });
}

async function newest({ lane }: Scene): Promise<ReturnType<typeof lane.dumps.getBlockBlobClient>> {
  let found: { name: string; at: number } | undefined;
  for await (const { name, properties } of lane.dumps.listBlobsFlat({ prefix: 'manual/' })) {
    const at = properties.createdOn?.getTime() ?? 0;
    if (name.endsWith('.dump') && at >= (found?.at ?? 0)) found = { name, at };
  }
  if (found === undefined) throw new Error('there is no dump yet');
  return lane.dumps.getBlockBlobClient(found.name);
}
