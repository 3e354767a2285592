import { z } from 'zod';
import { type DriftKind, DRIFTS, type PolicyReport } from '../../domain/storage-policies/storage-policy';
import type { StateContainer } from '../job-ledger/state-container';
import type { PolicyReports } from './policy-reports';

const BLOB = 'storage-policies.json';
const shape = z.object({
  at: z.string(),
  accounts: z.array(
    z.object({
      purpose: z.enum(['dumps', 'content']),
      blobSoftDeleteDays: z.number().nullable(),
      drifts: z.array(
        z.object({
          what: z.enum(Object.keys(DRIFTS) as [DriftKind, ...DriftKind[]]),
          detail: z.string(),
          remedy: z.enum(['app', 'person']),
        }),
      ),
    }),
  ),
});

/** `storage-policies.json` of the state container. What cannot be read counts as never compared. */
export class AzureBlobPolicyReports implements PolicyReports {
  constructor(private readonly state: StateContainer) {}

  async read(): Promise<PolicyReport | undefined> {
    const parsed = shape.safeParse((await this.state.read(BLOB))?.value);
    return parsed.success ? parsed.data : undefined;
  }

  async write(report: PolicyReport): Promise<void> {
    await this.state.write(BLOB, report, 'any');
  }
}
