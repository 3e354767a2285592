import { createHash } from 'node:crypto';
import { readArchiveHeader } from '../domain/archive-header';
import { ArchiveScript, type ArchiveScriptContents } from '../domain/archive-script';
import { compareContents, incompleteArchive, tableKey } from '../domain/compare-contents';
import { asFailure, Failure } from '../domain/failure';
import type { BlobHead } from '../systems/dump-store/dump-store';
import type { ToolEnd, ToolRun } from '../systems/pg-tools/pg-tools';
import type { Systems } from '../systems/systems';
import {
  type DumpDone,
  type DumpFacts,
  dumpFactsName,
  VERIFIED_FACTS,
  type VerifiedContents,
  type VerifyDone,
} from './backup-facts';
import { type BackupPlan, backupTags } from './backup-plan';
import { feed } from './feed-tool';
import type { JobRun } from './job-run';
import { StallGuard } from './stall-guard';

type Needs = Pick<Systems, 'clock' | 'dumpStore' | 'jobLedger' | 'pgTools' | 'settings'>;

/**
 * Promise 1: the stored bytes in one pass through the hash and through `pg_restore -f -`, which decodes every block; the
 * rows counted from its output; the tables compared with the catalog of the dump's own snapshot.
 */
export async function verifyBackup(
  systems: Needs,
  run: JobRun,
  plan: BackupPlan,
  dumped: DumpDone,
): Promise<VerifyDone> {
  const facts = (await systems.jobLedger.readFacts(run.record.jobId, dumpFactsName(dumped.attempt))) as DumpFacts;
  const head = await systems.dumpStore.head(plan.blobs.dump);
  if (head === undefined) throw new Failure('stored-bytes-differ', `${plan.blobs.dump} is gone`);
  // after a take-over or a reopening: an earlier end had marked the dump for deletion
  await systems.dumpStore.setTags(plan.blobs.dump, backupTags(plan, 'unverified'));
  const tools = await systems.pgTools.choose(facts.tool.major);
  const stallSeconds = systems.settings.get('VERIFY_STALL_SECONDS');
  const stall = new StallGuard(stallSeconds, (s) => new Failure('verify-hung', `the read-back stood still for ${s} s`));
  const signal = AbortSignal.any([run.signal, stall.signal]);
  try {
    const onBytes = (doneBytes: number): void => {
      stall.alive();
      const percent = Math.floor((doneBytes / head.sizeBytes) * 100);
      run.progress({ doneBytes, totalBytes: head.sizeBytes, percent });
    };
    const decoder = systems.pgTools.decode(tools, signal);
    const read = await readBack(systems.dumpStore.readPieces(plan.blobs.dump, head, signal), decoder, onBytes, signal);
    expectStoredBytes(plan, dumped, head, read.sha256);
    const contents = judgeDecoding(read);
    const differences = compareContents(contents, facts.catalog);
    if (differences.length > 0) throw incompleteArchive(differences);
    await systems.jobLedger.saveFacts(run.record.jobId, VERIFIED_FACTS, withChecksums(contents, read.start, facts));
    return { verifiedAt: systems.clock.now().toISOString(), toolMajor: tools.major };
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    stall.end();
  }
}

interface ReadBack {
  readonly sha256: string;
  /** The first 64 KiB, with the archive's header; looked into when the hash has said that they are what was sent. */
  readonly start: Buffer;
  readonly end: ToolEnd;
  readonly script: ArchiveScript;
  readonly scriptFailure: Failure | undefined;
}

/**
 * Both ends of the decoder at once: pieces in, script out. The hash goes over all pieces even when the decoder has given
 * up, because changed bytes explain a broken archive and not the other way round.
 */
async function readBack(
  pieces: AsyncIterable<Buffer>,
  decoder: ToolRun,
  onBytes: (doneBytes: number) => void,
  signal: AbortSignal,
): Promise<ReadBack> {
  const hash = createHash('sha256');
  let start = Buffer.alloc(0);
  let doneBytes = 0;
  const script = new ArchiveScript();
  const counting = count(decoder, script);
  try {
    for await (const piece of pieces) {
      if (doneBytes === 0) start = Buffer.from(piece.subarray(0, 64 * 1024));
      hash.update(piece);
      await feed(decoder.stdin, piece);
      doneBytes += piece.length;
      onBytes(doneBytes);
    }
    decoder.stdin.end();
    const scriptFailure = await counting;
    const end = await decoder.ended;
    signal.throwIfAborted();
    return { sha256: hash.digest('hex'), start, end, script, scriptFailure };
  } finally {
    decoder.kill();
    await decoder.ended;
  }
}

/** Never rejects: a failure is told with the decoder's end, which explains it better. */
async function count(decoder: ToolRun, script: ArchiveScript): Promise<Failure | undefined> {
  try {
    for await (const chunk of decoder.stdout) script.push(chunk as Uint8Array);
    return undefined;
  } catch (error) {
    return asFailure(error);
  }
}

function expectStoredBytes(plan: BackupPlan, dumped: DumpDone, head: BlobHead, sha256: string): void {
  if (sha256 === dumped.sha256 && head.sizeBytes === dumped.sizeBytes) return;
  const detail = `${plan.blobs.dump} reads back as ${head.sizeBytes} bytes with sha256 ${sha256}; sent were ${dumped.sizeBytes} bytes with sha256 ${dumped.sha256}`;
  throw new Failure('stored-bytes-differ', detail);
}

function judgeDecoding(read: ReadBack): ArchiveScriptContents {
  const { end } = read;
  if (end.startError !== undefined) {
    throw new Failure('pg-tools-corrupt', `pg_restore could not be started: ${end.startError}`);
  }
  const said = end.stderr.trim().slice(0, 500);
  // says nothing of the archive, unlike an exit of its own
  if (end.signal !== null) throw new Failure('verify-killed', `pg_restore was ended by ${end.signal}: ${said}`);
  if (end.exitCode !== 0 || said !== '') {
    throw new Failure('archive-undecodable', `pg_restore exited with ${end.exitCode ?? '?'}: ${said}`);
  }
  if (read.scriptFailure !== undefined) throw read.scriptFailure;
  return read.script.finish();
}

function withChecksums(contents: ArchiveScriptContents, start: Buffer, facts: DumpFacts): VerifiedContents {
  const tables = contents.tables.map((table) => {
    const checksum = facts.checksums?.[tableKey(table)];
    return {
      schema: table.schema,
      name: table.name,
      rows: table.rows,
      ...(checksum === undefined ? {} : { checksum }),
    };
  });
  const { largeObjects, sequences } = contents;
  return { tables, tocEntries: readArchiveHeader(start).tocEntries, largeObjects, sequences };
}
