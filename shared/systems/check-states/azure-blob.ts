import { z } from 'zod';
import { CHECK_NAMES } from '../../domain/watch/checks';
import type { CheckState } from '../../domain/watch/check-states';
import type { StateContainer } from '../job-ledger/state-container';
import type { CheckStates } from './check-states';

const BLOB = 'checks.json';
const shape = z.object({
  states: z.array(
    z.object({
      name: z.string(),
      database: z.string().optional(),
      state: z.enum(['ok', 'failing', 'unknown']),
      since: z.string(),
      detail: z.string().optional(),
    }),
  ),
});

/** The states in `checks.json` of the state container. What cannot be read counts as never looked at. */
export class AzureBlobCheckStates implements CheckStates {
  constructor(private readonly state: StateContainer) {}

  async read(): Promise<{ states: readonly CheckState[]; version: string | undefined }> {
    const found = await this.state.read(BLOB);
    const parsed = shape.safeParse(found?.value);
    // a check that this version does not know has nobody who could say how it is
    const names: readonly string[] = CHECK_NAMES;
    const states = parsed.success ? parsed.data.states.filter(({ name }) => names.includes(name)) : [];
    return { states: states as CheckState[], version: found?.version };
  }

  async write(states: readonly CheckState[], version: string | undefined): Promise<boolean> {
    const expected = version === undefined ? 'absent' : { version };
    return (await this.state.write(BLOB, { states }, expected)) !== undefined;
  }
}
