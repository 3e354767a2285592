import {
  AnonymousCredential,
  BlobSASPermissions,
  type BlobServiceClient,
  SASProtocol,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { Failure } from '../../domain/failure';
import { storageCall, type StoragePatience } from '../azure-storage/storage-call';
import type { DumpLinks } from './dump-links';

/** Clocks differ; a delegation key that begins now is refused by a service that is a little behind. */
const KEY_BEGINS_EARLIER_MS = 5 * 60_000;

/** Shared access signatures: signed by the account key, or with an identity by a user delegation key. */
export class AzureSasLinks implements DumpLinks {
  constructor(
    private readonly open: () => Promise<BlobServiceClient>,
    private readonly container: () => string,
    private readonly patience: StoragePatience,
  ) {}

  async readOnly(blob: string, expiresAt: Date): Promise<string> {
    const service = await this.open();
    const client = service.getContainerClient(this.container()).getBlobClient(blob);
    const { credential } = service;
    const options = {
      permissions: BlobSASPermissions.parse('r'),
      protocol: protocolFor(client.url),
      expiresOn: expiresAt,
    };
    if (credential instanceof StorageSharedKeyCredential) return client.generateSasUrl(options);
    if (credential instanceof AnonymousCredential) {
      throw new Failure('not-configured', 'BACKUP_STORAGE has neither an account key nor an identity to sign with');
    }
    const startsOn = new Date(expiresAt.getTime() - LONGEST_LIFE_MS - KEY_BEGINS_EARLIER_MS);
    const key = await storageCall('asking for a user delegation key', this.patience, (abortSignal) =>
      service.getUserDelegationKey(startsOn, expiresAt, { abortSignal }),
    );
    return client.generateUserDelegationSasUrl(options, key);
  }
}

const LONGEST_LIFE_MS = 15 * 60_000;

/** Plain HTTP goes nowhere but to an emulator on this very machine. */
function protocolFor(url: string): SASProtocol {
  const { protocol, hostname } = new URL(url);
  const isLocal = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  return protocol === 'http:' && isLocal ? SASProtocol.HttpsAndHttp : SASProtocol.Https;
}
