import { readArchiveHeader } from '../../domain/archive/archive-header';
import type { ArchiveScriptContents } from '../../domain/archive/archive-script';
import { compareContents, incompleteArchive, tableKey } from '../../domain/backup/compare-contents';
import { Failure } from '../../domain/failure';
import type { Systems } from '../../systems/systems';
import {
  type DumpDone,
  type DumpFacts,
  readDumpFacts,
  VERIFIED_FACTS,
  type VerifiedContents,
  type VerifyDone,
} from './backup-facts';
import { type BackupPlan, backupTags } from './backup-plan';
import type { JobRun } from '../jobs/job-run';
import { readArchive } from '../archive/read-archive';

type Needs = Pick<Systems, 'clock' | 'dumpStore' | 'jobLedger' | 'pgTools' | 'settings'>;

/**
 * Promise 1: the stored bytes are those that were sent, every block decodes, and the tables whose rows were counted are
 * those of the catalog in the dump's own snapshot.
 */
export async function verifyBackup(
  systems: Needs,
  run: JobRun,
  plan: BackupPlan,
  dumped: DumpDone,
): Promise<VerifyDone> {
  const facts = await readDumpFacts(systems, run.record.jobId, dumped);
  const blob = plan.blobs.dump;
  const head = await systems.dumpStore.head(blob);
  if (head === undefined) throw new Failure('stored-bytes-differ', `${blob} is gone`);
  // after a take-over or a reopening: an earlier end had marked the dump for deletion
  await systems.dumpStore.setTags(blob, backupTags(plan, 'unverified'));
  const tools = await systems.pgTools.choose(facts.tool.major);
  const { contents, start } = await readArchive(systems, run, { blob, head, expected: dumped }, tools);
  const differences = compareContents(contents, facts.catalog);
  if (differences.length > 0) throw incompleteArchive(differences);
  await systems.jobLedger.saveFacts(run.record.jobId, VERIFIED_FACTS, withChecksums(contents, start, facts));
  return { verifiedAt: systems.clock.now().toISOString(), toolMajor: tools.major };
}

function withChecksums(contents: ArchiveScriptContents, start: Buffer, facts: DumpFacts): VerifiedContents {
  const tables = contents.tables.map((table) => {
    const checksum = facts.checksums?.[tableKey(table)];
    return {
      schema: table.schema,
      name: table.name,
      rows: table.rows,
      bytes: table.bytes,
      ...(checksum === undefined ? {} : { checksum }),
    };
  });
  const { largeObjects, sequences } = contents;
  return { tables, tocEntries: readArchiveHeader(start).tocEntries, largeObjects, sequences };
}
