import { Later } from '../../domain/jobs/later';
import type { Clock } from '../../systems/clock/clock';
import type { JobRun } from '../jobs/job-run';

const NOTE = 'phaseSeconds';
/** When a phase that waits for something outside was entered first. */
const BEGUN = 'phaseBegunAt';

export interface TimedRun extends JobRun {
  /** How long the finished phases took, waits and those of an earlier attempt included, in their order. */
  phaseSeconds(): { phase: string; seconds: number }[];
}

/** A run that remembers in the record how long each of its phases took. */
export function timedRun(clock: Clock, run: JobRun): TimedRun {
  const taken = (): Record<string, number> => (run.record.notes[NOTE] ?? {}) as Record<string, number>;
  const begun = (): Record<string, number> => (run.record.notes[BEGUN] ?? {}) as Record<string, number>;
  return {
    get record() {
      return run.record;
    },
    signal: run.signal,
    note: (notes) => run.note(notes),
    progress: (news) => run.progress(news),
    phase: (name, work) =>
      run.phase(name, async () => {
        const known = begun()[name];
        const begunAt = known ?? clock.now().getTime();
        const output = await work();
        if (output instanceof Later) {
          if (known === undefined) await run.note({ [BEGUN]: { ...begun(), [name]: begunAt } });
          return output;
        }
        const seconds = (clock.now().getTime() - begunAt) / 1000;
        await run.note({ [NOTE]: { ...taken(), [name]: seconds } });
        return output;
      }),
    phaseSeconds: () => Object.entries(taken()).map(([phase, seconds]) => ({ phase, seconds })),
  };
}
