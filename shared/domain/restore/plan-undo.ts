import type { PreviousDropped } from './drop-previous';
import { failureTable, type FailureCode } from '../failure';
import { freeName } from './restore-names';
import type { Refusal } from './restore-plan';
import type { TargetFacts } from './target-facts';

/** What is known of a swap that is to be undone. */
export interface UndoFacts {
  /** The name that stays. */
  readonly database: string;
  /** The one that was live before the swap, by the name that it got then. */
  readonly previousDatabase: string;
  /** Its oid then. */
  readonly previousOid: number;
  readonly liveOid: number;
  /** ISO 8601 UTC: what was written from then on is in the live one alone. */
  readonly writesSince: string | null;
  readonly guardedBecause: string | undefined;
  readonly target: TargetFacts;
  /** The previous database was dropped by its own job. */
  readonly dropped: PreviousDropped | undefined;
}

export interface UndoPlan {
  readonly database: string;
  readonly previousDatabase: string;
  /** The name that the live one is kept under; the job may take a later second. */
  readonly undoneDatabase: string;
  readonly renames: readonly { readonly from: string; readonly to: string }[];
  readonly writesSince: string | null;
  readonly endsSessions: readonly string[];
  readonly confirm: string | null;
  readonly refusals: readonly Refusal[];
}

/** Swaps the previous database back; nothing is destroyed, the live one stays beside it. */
export function planUndo(facts: UndoFacts, confirm: string | undefined, now: Date): UndoPlan {
  const { database, previousDatabase, target } = facts;
  const taken = new Set(target.databases.map(({ name }) => name));
  const undoneDatabase = freeName(database, 'undone', now, taken);
  const expected = facts.guardedBecause === undefined ? null : database;
  return {
    ...{ database, previousDatabase, undoneDatabase, writesSince: facts.writesSince, confirm: expected },
    renames: [
      { from: database, to: undoneDatabase },
      { from: previousDatabase, to: database },
    ],
    endsSessions: (target.live?.sessions ?? []).map(({ description }) => description),
    refusals: refusals(facts, confirm),
  };
}

function refusals(facts: UndoFacts, confirm: string | undefined): Refusal[] {
  const { database, previousDatabase, previousOid, liveOid, target, guardedBecause, dropped } = facts;
  const isThere = (name: string, oid: number): boolean =>
    target.databases.some((found) => found.name === name && found.oid === oid);
  const blocked = target.live?.sessions.filter(({ mayEnd }) => !mayEnd).map(({ description }) => description) ?? [];
  return [
    ...(dropped === undefined ? [] : [droppedAlready(previousDatabase, dropped)]),
    ...when(
      (dropped === undefined && !isThere(previousDatabase, previousOid)) || !isThere(database, liveOid),
      'undo-too-late',
      `"${previousDatabase}" or "${database}" is not there any more as the restore left it`,
    ),
    ...when(
      guardedBecause !== undefined && confirm !== database,
      'confirmation-missing',
      `confirm: must be ${JSON.stringify(database)}; the database would be replaced, and ${guardedBecause ?? ''}`,
    ),
    ...when(blocked.length > 0, 'swap-blocked', `the admin login may not end: ${blocked.join(', ')}`),
  ];
}

/** Its data is in the dump from right before. */
function droppedAlready(previousDatabase: string, { at, backupId }: PreviousDropped): Refusal {
  return {
    code: 'undo-too-late',
    detail: `"${previousDatabase}" was dropped at ${at}; ${backupId} is its dump`,
    hint: `restore that dump: POST /api/restores {"backupId": "${backupId}", "mode": "swap"}`,
  };
}

function when(applies: boolean, code: FailureCode, detail: string): Refusal[] {
  return applies ? [{ code, detail, hint: failureTable[code].hint }] : [];
}
