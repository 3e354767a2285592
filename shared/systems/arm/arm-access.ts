import type { HttpClient } from '@azure/core-rest-pipeline';
import type { TokenCredential } from '@azure/identity';
import type { Settings } from '../../config/settings';
import { Failure } from '../../domain/failure';
import { managedIdentity } from '../identity/managed-identity';

/** How ARM is reached. Read with each call, so that a bad setting stops these calls and nothing else. */
export interface ArmAccess {
  readonly subscriptionId: string;
  /** `https://management.azure.com` */
  readonly endpoint: string;
  readonly credential: TokenCredential;
  readonly callMs: number;
  readonly maxRetries: number;
  readonly retryDelayMs: number;
  /** A test's own way to a simulator. */
  readonly httpClient?: HttpClient;
}

/** The app's own identity at the ARM of its cloud. @throws Failure `not-configured`, `invalid-settings` */
export async function armAccess(settings: Settings): Promise<ArmAccess> {
  const subscriptionId = settings.get('AZURE_SUBSCRIPTION_ID');
  if (subscriptionId === undefined) {
    throw new Failure('not-configured', 'calls to Azure need AZURE_SUBSCRIPTION_ID, which is not set');
  }
  const endpoint = settings.get('ARM_ENDPOINT').replace(/\/+$/, '');
  if (!/^https:\/\/[^/?#@]+$/.test(endpoint)) {
    throw new Failure('invalid-settings', 'ARM_ENDPOINT must be https:// and a host');
  }
  return {
    subscriptionId,
    endpoint,
    credential: await managedIdentity(settings.get('AZURE_CLIENT_ID')),
    callMs: settings.get('ARM_CALL_SECONDS') * 1000,
    maxRetries: settings.get('ARM_MAX_RETRIES'),
    retryDelayMs: settings.get('ARM_RETRY_DELAY_MS'),
  };
}
