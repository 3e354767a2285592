import type { DumpAccountFacts } from '../../domain/watch/check-facts';

/** The storage account of the dumps, as far as its data plane tells; what needs ARM is not asked here. */
export interface DumpAccount {
  /** Fails with `storage-unavailable`; what this identity may not see is null. */
  describe(): Promise<DumpAccountFacts>;
}
