import type { Server } from '@azure/arm-postgresql-flexible';
import type { CreateOrder, NewServerLogin } from './flex-server';
import { networkOf } from './restore-network';

/** The shortest that Azure keeps backups of a server; it cannot be told to keep none. */
const BACKUP_DAYS = 7;

/** What ARM is asked for when a new, empty, Burstable server is wanted. It may hold a password: never log it. */
export function newServerBody({ beside, login, major, size, storageGb, tags }: CreateOrder): Server {
  return {
    location: beside.location,
    tags: { ...tags },
    sku: { name: size, tier: 'Burstable' },
    createMode: 'Create',
    version: String(major),
    ...loginOf(login),
    storage: { storageSizeGB: storageGb, autoGrow: 'Enabled' },
    backup: { backupRetentionDays: BACKUP_DAYS, geoRedundantBackup: 'Disabled' },
    // Burstable servers have none
    highAvailability: { mode: 'Disabled' },
    ...networkOf(beside),
  };
}

function loginOf(
  login: NewServerLogin,
): Pick<Server, 'administratorLogin' | 'administratorLoginPassword' | 'authConfig'> {
  if (login.kind === 'entra') {
    const { tenantId } = login;
    return { authConfig: { activeDirectoryAuth: 'Enabled', passwordAuth: 'Disabled', tenantId } };
  }
  return {
    administratorLogin: login.user,
    administratorLoginPassword: login.password,
    authConfig: { activeDirectoryAuth: 'Disabled', passwordAuth: 'Enabled' },
  };
}
