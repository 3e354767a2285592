import type { ProtectedAccount } from '../domain/storage-policies/storage-policy';
import type { Environment, Settings } from './settings';
import { accountName, backupStorage, contentStorage, storageAccess } from './storage-connections';

/**
 * The accounts of the dumps and of the photos and audio, where Azure Resource Manager can be asked about them: with
 * subscription and resource group, and no emulator.
 *
 * @throws Failure `not-configured`, `invalid-settings`
 */
export function protectedAccounts(environment: Environment, settings: Settings): ProtectedAccount[] {
  if (settings.get('AZURE_SUBSCRIPTION_ID') === undefined) return [];
  if (settings.get('STORAGE_RESOURCE_GROUP').length === 0) return [];
  const dumps = backupStorage(environment);
  const content = contentStorage(environment);
  const wanted = [
    { purpose: 'dumps', connection: dumps, containers: [settings.get('AZURE_STORAGE_BACKUP_CONTAINER')] },
    { purpose: 'content', connection: content, containers: settings.get('CONTENT_CONTAINERS') },
  ] as const;
  return wanted.flatMap(({ purpose, connection, containers }): ProtectedAccount[] => {
    if (connection === undefined || storageAccess(connection) === 'emulator') return [];
    return [{ purpose, account: accountName(connection), containers }];
  });
}
