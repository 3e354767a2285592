/** What became of one thing that was to be recovered. */
export interface RecoveryOutcome {
  readonly name: string;
  readonly became: 'restored' | 'skipped' | 'failed';
  readonly reason?: string;
}

/** Counts of a recovery, with the first of each kind by name; small enough for a job's record. */
export interface RecoveryTally {
  readonly restored: number;
  readonly skipped: number;
  readonly failed: number;
  readonly first: {
    readonly restored: readonly string[];
    readonly skipped: readonly { readonly name: string; readonly reason: string }[];
    readonly failed: readonly { readonly name: string; readonly reason: string }[];
  };
}

const FIRST = 20;

export const NOTHING_YET: RecoveryTally = {
  restored: 0,
  skipped: 0,
  failed: 0,
  first: { restored: [], skipped: [], failed: [] },
};

export function addOutcomes(tally: RecoveryTally, outcomes: readonly RecoveryOutcome[]): RecoveryTally {
  const of = (became: RecoveryOutcome['became']): RecoveryOutcome[] => outcomes.filter((one) => one.became === became);
  const named = ({ name, reason = '' }: RecoveryOutcome): { name: string; reason: string } => ({ name, reason });
  const { first } = tally;
  return {
    restored: tally.restored + of('restored').length,
    skipped: tally.skipped + of('skipped').length,
    failed: tally.failed + of('failed').length,
    first: {
      restored: [...first.restored, ...of('restored').map(({ name }) => name)].slice(0, FIRST),
      skipped: [...first.skipped, ...of('skipped').map(named)].slice(0, FIRST),
      failed: [...first.failed, ...of('failed').map(named)].slice(0, FIRST),
    },
  };
}

/** A recovery that left something behind has succeeded, and says so. */
export function tallyWarnings(tally: RecoveryTally): { code: string; detail: string }[] {
  if (tally.failed === 0) return [];
  return [{ code: 'some-not-restored', detail: `${tally.failed} could not be restored; "first.failed" names them` }];
}
