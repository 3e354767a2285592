import { type DrillEvidence, readEvidence, type StoredEvidence } from '../../domain/drills/drill';
import type { StateContainer } from '../job-ledger/state-container';
import type { Evidence } from './evidence';

const FOLDER = 'evidence/';

/** `evidence/{id}.json` and `evidence/{id}.html` in the state container. */
export class AzureBlobEvidence implements Evidence {
  constructor(private readonly state: StateContainer) {}

  async save(evidence: DrillEvidence, page: string): Promise<void> {
    await this.state.writeText(`${FOLDER}${evidence.id}.html`, page, 'text/html; charset=utf-8');
    await this.state.write(`${FOLDER}${evidence.id}.json`, evidence, 'any');
  }

  async read(id: string): Promise<DrillEvidence | undefined> {
    const found = await this.state.read(`${FOLDER}${id}.json`);
    return found === undefined ? undefined : readEvidence(found.value as StoredEvidence);
  }

  async ids(): Promise<string[]> {
    const ids: string[] = [];
    for await (const name of this.state.names(FOLDER, false)) {
      if (name.endsWith('.json')) ids.push(name.slice(FOLDER.length, -'.json'.length));
    }
    return ids.reverse();
  }
}
