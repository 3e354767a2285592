import { azureBackupName, expectBackupPossible } from '../../domain/backup/azure-backup';
import { Failure } from '../../domain/failure';
import type { JobResult } from '../../domain/jobs/job';
import { databaseOf } from '../../domain/jobs/job-lock';
import { Later } from '../../domain/jobs/later';
import type { FlexServer, ServerBackup } from '../../systems/flex-server/flex-server';
import type { Systems } from '../../systems/systems';
import { findSourceServer, sourceAddress } from '../point-in-time/azure-places';
import { OPERATION_FACTS, type OperationFacts } from '../point-in-time/begin-server';
import type { JobRun } from '../jobs/job-run';

type Needs = Pick<Systems, 'clock' | 'databases' | 'flexServers' | 'jobLedger' | 'settings'>;

/**
 * Whether Azure would take a backup on demand now.
 *
 * @throws Failure `azure-backup-impossible`, `not-configured`, `not-found`, and those of FlexServers
 */
export async function checkAzureBackup(
  systems: Pick<Systems, 'databases' | 'flexServers' | 'settings'>,
  database: string,
  signal?: AbortSignal,
): Promise<void> {
  const { server, backups } = await look(systems, database, signal);
  expectBackupPossible(server, backups);
}

/** Azure's own backup of the whole server. Its name is made of the job's id, so a repeated call makes no second one. */
export async function backUpInAzure(systems: Needs, run: JobRun): Promise<JobResult | Later> {
  const database = databaseOf(run.record);
  const address = sourceAddress(systems, database);
  const name = azureBackupName(run.record.jobId);
  await run.phase('begin', async () => {
    const { server, backups } = await look(systems, database, run.signal);
    if (backups.some((backup) => backup.name === name)) return;
    if ((await systems.jobLedger.readFacts(run.record.jobId, OPERATION_FACTS)) !== undefined) return;
    expectBackupPossible(server, backups);
    const save = (operation: OperationFacts['operation']): Promise<void> =>
      systems.jobLedger.saveFacts(run.record.jobId, OPERATION_FACTS, { server: address.server, operation });
    await systems.flexServers.beginBackup(address, name, save, run.signal);
  });
  return run.phase('backup', async () => {
    const found = (await systems.flexServers.listBackups(address, run.signal)).find((backup) => backup.name === name);
    if (found?.completedAt !== undefined) {
      return { azureBackup: name, server: address.server, completedAt: found.completedAt, warnings: [] };
    }
    await expectGoingOn(systems, run);
    return new Later(systems.settings.get('ARM_POLL_SECONDS'), `Azure is backing up ${address.server}`);
  });
}

async function expectGoingOn(systems: Needs, run: JobRun): Promise<void> {
  const hours = systems.settings.get('RESTORE_MAX_HOURS');
  if (systems.clock.now().getTime() - Date.parse(run.record.startedAt ?? '') > hours * 3600_000) {
    throw new Failure('azure-operation-failed', `the backup of Azure was not complete after ${hours} hours`);
  }
  const saved = (await systems.jobLedger.readFacts(run.record.jobId, OPERATION_FACTS)) as OperationFacts | undefined;
  if (saved === undefined) return;
  const operation = await systems.flexServers.poll(saved.operation, run.signal);
  if (operation.state !== 'failed' && operation.state !== 'canceled') return;
  throw new Failure('azure-operation-failed', `the backup ${operation.state}: ${operation.reason}`);
}

async function look(
  systems: Pick<Systems, 'databases' | 'flexServers' | 'settings'>,
  database: string,
  signal: AbortSignal | undefined,
): Promise<{ server: FlexServer; backups: ServerBackup[] }> {
  const server = await findSourceServer(systems, database, signal);
  return { server, backups: await systems.flexServers.listBackups(sourceAddress(systems, database), signal) };
}
