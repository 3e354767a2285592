import { type ArchiveSchema, readArchiveSchema } from '../../domain/archive/archive-schema';
import { Failure } from '../../domain/failure';
import type { Manifest } from '../../domain/backup/manifest';
import type { ToolSet } from '../../systems/pg-tools/pg-tools';
import type { Systems } from '../../systems/systems';
import { feed } from './feed-tool';

type Needs = Pick<Systems, 'dumpStore' | 'pgTools'>;

/**
 * The schema of a stored archive, from its head: pg_restore reads the table of contents and no data.
 *
 * @throws Failure `archive-undecodable`
 */
export async function readSchemaOfArchive(
  systems: Needs,
  dump: Manifest['dump'],
  tools: ToolSet,
  signal: AbortSignal,
): Promise<ArchiveSchema> {
  const child = systems.pgTools.decodeSchema(tools, signal);
  const output = collect(child.stdout);
  try {
    const head = await systems.dumpStore.head(dump.blob);
    if (head === undefined) throw new Failure('backup-not-restorable', `${dump.blob} is gone`);
    for await (const piece of systems.dumpStore.readPieces(dump.blob, head, signal)) {
      // it closes its input when it has read enough
      if (child.stdin.destroyed || !child.stdin.writable) break;
      await feed(child.stdin, piece);
    }
    child.stdin.end();
    const { exitCode, stderr } = await child.ended;
    if (exitCode === 0) return readArchiveSchema(await output);
    throw new Failure('archive-undecodable', `pg_restore could not read the archive: ${stderr.slice(0, 500)}`);
  } finally {
    child.kill();
    await child.ended;
  }
}

async function collect(stream: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
