import type { PublicJob } from '../../../shared/domain/jobs/job';
import type { Manifest } from '../../../shared/domain/backup/manifest';
import { showBytes, type Terminal } from './terminal';

/** The manifest in a few lines. */
export function showBackup(terminal: Terminal, job: PublicJob, manifest: Manifest): void {
  const { contents, dump } = manifest;
  const rows = contents.tables.reduce((sum, table) => sum + table.rows, 0);
  terminal.line(`  job       ${job.jobId}`);
  terminal.line(`  backup    ${manifest.backupId}, ${showBytes(dump.sizeBytes)}, ${manifest.tool.compression}`);
  terminal.line(`  sha256    ${dump.sha256}`);
  terminal.line(
    `  holds     ${contents.tables.length} tables, ${rows.toLocaleString('en')} rows, ${contents.largeObjects} large objects, schema revision ${manifest.schemaRevision?.value ?? '–'}`,
  );
  terminal.line(`  verified  read back, hashed and decoded in full at ${manifest.verification.verifiedAt}`);
}
