import type { Cell, Outcome, Stage } from '../../fixtures/faults/cell';
import type { StorageFault } from '../../fixtures/faults/fault-proxy';
import * as store from '../../fixtures/faults/storage-faults';

/** Where the blob store's fault strikes: which request, and its place among its like. */
const PLACES: readonly {
  readonly stage: Stage;
  readonly what: string;
  readonly matches: typeof store.BLOCK;
  readonly from: number;
}[] = [
  { stage: 'before the first byte', what: 'the first block', matches: store.BLOCK, from: 1 },
  { stage: 'in the middle', what: 'the second block', matches: store.BLOCK, from: 2 },
  { stage: 'after the last byte', what: 'the commit', matches: store.COMMIT, from: 1 },
  { stage: 'during read-back', what: 'a piece read back', matches: store.READ_BACK, from: 2 },
  { stage: 'at manifest write', what: 'the manifest', matches: store.MANIFEST, from: 1 },
];

/** A try may take longer than usual when the machine is busy; a store that never answers costs three of them. */
const STALLS = { STORAGE_TRY_TIMEOUT_SECONDS: '4', JOB_RETRY_LIMIT: '0' };

function atEachPlace(fault: StorageFault, told: string, times: 'once' | 'always', expected: Outcome): readonly Cell[] {
  return PLACES.map(({ stage, what, matches, from }) => ({
    ...{ stage, fault: `the blob store ${told}, ${times}: ${what}`, expected: [expected] },
    storage: () => [times === 'once' ? store.once(matches, fault, from) : store.always(matches, fault, from)],
    ...(fault.kind === 'stall' ? { settings: STALLS, waits: times === 'always' ? 12 : 4 } : {}),
  }));
}

/** The dump is tagged when its verification begins, and when the manifest is there. */
const LAST_TAGS = 2;

const answers = (status: number, code: string): StorageFault => ({ kind: 'answer', status, code });
const SERVER_ERROR = answers(500, 'InternalError');
const BUSY = answers(503, 'ServerBusy');
const CONFLICT = answers(409, 'BlobImmutableDueToPolicy');

const simple = (
  stage: Stage,
  fault: string,
  expected: Outcome,
  ...rules: readonly ReturnType<typeof store.once>[]
): Cell => ({ stage, fault, expected: [expected], storage: () => rules });

/** The store of dumps, records and locks does not do what it should. */
export const STORAGE_CELLS: readonly Cell[] = [
  ...atEachPlace(SERVER_ERROR, 'answers 500', 'once', 'succeeded'),
  ...atEachPlace(BUSY, 'answers 503', 'once', 'succeeded'),
  ...atEachPlace({ kind: 'reset' }, 'resets the connection', 'once', 'succeeded'),
  ...atEachPlace({ kind: 'lose-answer' }, 'does it and resets before it answers', 'once', 'succeeded'),
  ...atEachPlace({ kind: 'stall' }, 'stalls', 'once', 'succeeded'),
  ...atEachPlace(CONFLICT, 'answers 409', 'once', 'failed: storage-conflict'),
  ...atEachPlace(SERVER_ERROR, 'answers 500', 'always', 'failed: storage-unavailable'),
  ...atEachPlace(BUSY, 'answers 503', 'always', 'failed: storage-unavailable'),
  ...atEachPlace({ kind: 'reset' }, 'resets the connection', 'always', 'failed: storage-unavailable'),
  ...atEachPlace({ kind: 'stall' }, 'stalls', 'always', 'failed: storage-unavailable'),
  ...atEachPlace(CONFLICT, 'answers 409', 'always', 'failed: storage-conflict'),

  simple(
    'during read-back',
    'half a piece comes, then a reset, once',
    'succeeded',
    store.once(store.READ_BACK, { kind: 'cut-answer' }),
  ),
  simple(
    'after the manifest',
    'the tags are answered 500, once',
    'succeeded',
    store.once(store.TAGS, SERVER_ERROR, LAST_TAGS),
  ),
  simple(
    'after the manifest',
    'the tags are answered 409, once',
    'succeeded',
    store.once(store.TAGS, CONFLICT, LAST_TAGS),
  ),
  simple(
    'after the last byte',
    'the globals are answered 500, once',
    'succeeded',
    store.once(store.GLOBALS, SERVER_ERROR),
  ),
  simple(
    'after the last byte',
    'the globals are stored and the answer is lost',
    'succeeded',
    store.once(store.GLOBALS, { kind: 'lose-answer' }),
  ),
  simple(
    'before the first byte',
    'the dump store refuses with 403, always',
    'failed: storage-refused',
    store.always(store.BLOCK, answers(403, 'AuthorizationPermissionMismatch')),
  ),

  simple(
    'before the job runs',
    'the state store answers 500 to the first record write',
    'succeeded',
    store.once(store.RECORD, SERVER_ERROR),
  ),
  simple(
    'before the first byte',
    'the state store answers 500 to the claim',
    'succeeded',
    store.once(store.RECORD, SERVER_ERROR, 2),
  ),
  simple(
    'before the first byte',
    'the claim is written and its answer is lost',
    'succeeded',
    store.once(store.RECORD, { kind: 'lose-answer' }, 2),
  ),
  simple(
    'in the middle',
    'a record write after the claim is answered 500',
    'succeeded',
    store.once(store.RECORD, SERVER_ERROR, 4),
  ),
  simple(
    'in the middle',
    'a record write after the claim loses its answer',
    'succeeded',
    store.once(store.RECORD, { kind: 'lose-answer' }, 4),
  ),
  simple(
    'before the first byte',
    'the lock is taken and the answer is lost',
    'succeeded',
    store.once(({ method, path, query }) => store.LOCK({ method, path, query }) && query.get('comp') === 'lease', {
      kind: 'lose-answer',
    }),
  ),
  simple(
    'after the last byte',
    "the dump's facts are answered 500, once",
    'succeeded',
    store.once(store.FACTS, SERVER_ERROR),
  ),
];
