import type { ServerFacts } from '../../domain/watch/check-facts';
import { asFailure } from '../../domain/failure';
import type { Systems } from '../../systems/systems';
import { findSourceServer } from '../point-in-time/azure-places';
import { withinLimit } from './within-limit';

type Needs = Pick<Systems, 'databases' | 'flexServers' | 'settings'>;

const PATIENCE_MS = 60_000;

/** The servers of those databases that Azure is set up for; null: for none, or Azure does not answer now. Never throws. */
export async function readServers(systems: Needs): Promise<ServerFacts[] | null> {
  try {
    const read = await Promise.all(systems.databases.names().map((name) => readServer(systems, name)));
    const servers = read.flat();
    return servers.length === 0 ? null : servers;
  } catch {
    return null;
  }
}

/** A refusal is an answer, and so is a server that is not there: then there is no point-in-time restore. */
async function readServer(systems: Needs, database: string): Promise<ServerFacts[]> {
  try {
    const { earliestRestoreAt, backupRetentionDays } = await withinLimit(PATIENCE_MS, (signal) =>
      findSourceServer(systems, database, signal),
    );
    return [{ database, earliestRestoreAt, backupRetentionDays }];
  } catch (error) {
    const { code, detail } = asFailure(error);
    if (code === 'not-configured') return [];
    if (code === 'azure-refused' || code === 'not-found') return [{ database, refusal: detail }];
    throw error;
  }
}
