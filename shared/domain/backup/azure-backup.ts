import { Failure } from '../failure';

/** Azure keeps so many on-demand backups of a server (azure-facts.md, "ARM: flexible servers"). */
const MOST_ON_DEMAND = 7;

export const azureBackupName = (jobId: string): string => `lifebook-${jobId.toLowerCase()}`;

/** @throws Failure `azure-backup-impossible`: found here in words, since Azure answers a 500 to some of these */
export function expectBackupPossible(
  server: { readonly name: string; readonly tier: string; readonly state: string },
  backups: readonly { readonly name: string; readonly isOnDemand: boolean; readonly completedAt: string | undefined }[],
): void {
  const refuse = (why: string): never => {
    throw new Failure('azure-backup-impossible', `createAzureBackup: ${why}`);
  };
  if (server.tier === 'Burstable') refuse(`${server.name} is Burstable, which has no backups on demand`);
  if (server.state !== 'Ready') refuse(`${server.name} is ${server.state}, not Ready`);
  const running = backups.find(({ completedAt }) => completedAt === undefined);
  if (running !== undefined) refuse(`the backup ${running.name} of ${server.name} is still running`);
  const onDemand = backups.filter(({ isOnDemand }) => isOnDemand).length;
  if (onDemand >= MOST_ON_DEMAND)
    refuse(`${server.name} has ${onDemand} on-demand backups; Azure keeps ${MOST_ON_DEMAND}`);
}
