import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DrillCheck } from '../../domain/drills/drill';
import { asFailure, Failure } from '../../domain/failure';
import type { CatalogTable } from '../../domain/backup/compare-contents';
import type { PgConnection } from '../../domain/pg-connection';
import type { Question } from '../../systems/pg-server/pg-questions';
import type { Systems } from '../../systems/systems';
import { checkAssets } from './check-assets';
import type { JobRun } from '../jobs/job-run';

type Needs = Pick<Systems, 'contentStore' | 'pgQuestions' | 'settings'>;

/** What was restored, as far as questions need to know it. */
export interface DrilledContents {
  readonly tables: readonly CatalogTable[];
  /** The live database's own, which a scratch database has not; undefined: the default of every server. */
  readonly searchPath: string | undefined;
}

/** Rows of a failed assertion that are shown. */
const SHOWN_ROWS = 3;

/** The owner's assertions and the smoke test, asked of the restored database. */
export async function runDrillChecks(
  systems: Needs,
  run: JobRun,
  restored: DrilledContents,
  connection: PgConnection,
): Promise<DrillCheck[]> {
  const checks: DrillCheck[] = [];
  const { searchPath } = restored;
  const folder = systems.settings.get('DRILL_ASSERTIONS');
  for (const file of folder === undefined ? [] : await assertionFiles(folder)) {
    run.progress({ message: `asking ${file}` });
    const select = await readFile(join(folder ?? '', file), 'utf8');
    checks.push(await assert(systems, run, connection, file, { select, limit: SHOWN_ROWS + 1, searchPath }));
  }
  return [...checks, ...(await checkAssets(systems, run, restored, connection))];
}

/** @throws Failure `invalid-settings`: assertions that are configured and not there must not count as passed */
async function assertionFiles(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  } catch (error) {
    throw new Failure('invalid-settings', 'DRILL_ASSERTIONS names a folder that cannot be read', { cause: error });
  }
}

async function assert(
  systems: Needs,
  run: JobRun,
  connection: PgConnection,
  name: string,
  question: Question,
): Promise<DrillCheck> {
  try {
    const rows = await systems.pgQuestions.rows(connection, question, run.signal);
    if (rows.length === 0) return { name, state: 'passed', detail: 'returned no row' };
    const shown = rows.slice(0, SHOWN_ROWS).map((row) => JSON.stringify(row).slice(0, 300));
    const more = rows.length > SHOWN_ROWS ? ' and more' : '';
    return { name, state: 'failed', detail: `returned ${shown.join(', ')}${more}` };
  } catch (error) {
    const failure = asFailure(error);
    // a statement that the server does not take is the assertion's fault
    if (failure.code === 'database-refused') return { name, state: 'failed', detail: failure.detail };
    throw error;
  }
}
