import type { BlobServiceClient } from '@azure/storage-blob';
import type { StorageAccess } from '../../config/storage-connections';
import type { DumpAccountFacts } from '../../domain/watch/check-facts';
import { Failure } from '../../domain/failure';
import { statusOf, storageCall, type StoragePatience } from '../azure-storage/storage-call';
import type { DumpAccount } from './dump-account';

export class AzureBlobDumpAccount implements DumpAccount {
  constructor(
    private readonly open: () => Promise<BlobServiceClient>,
    private readonly access: () => StorageAccess,
    private readonly patience: StoragePatience,
  ) {}

  async describe(): Promise<DumpAccountFacts> {
    const access = this.access();
    // an emulator protects nothing and need not
    if (access === 'emulator') return { softDeleteDays: null, usesKey: false };
    return { softDeleteDays: await this.softDeleteDays(), usesKey: access === 'key' };
  }

  private async softDeleteDays(): Promise<number | null> {
    const service = await this.open();
    try {
      const { deleteRetentionPolicy } = await storageCall(
        'reading the properties of the dump account',
        this.patience,
        (abortSignal) => service.getProperties({ abortSignal }),
      );
      return deleteRetentionPolicy?.enabled === true ? (deleteRetentionPolicy.days ?? 0) : 0;
    } catch (error) {
      // reading them is a right of its own, which a least-privilege identity has not
      if (statusOf(error) !== undefined) return null;
      if (error instanceof Failure && error.code === 'storage-refused') return null;
      throw error;
    }
  }
}
