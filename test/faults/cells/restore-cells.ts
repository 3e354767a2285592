import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { BlobServiceClient } from '@azure/storage-blob';
import { sql } from '../../fixtures/environment/sql';
import type { RestoreCell } from '../../fixtures/faults/restore-cell';
import type { RestoreScene } from '../../fixtures/faults/restore-scene';
import type { ToolPlan } from '../../fixtures/faults/faulty-tools';

/** The stored dump with one bit of its middle changed, under another name: blobs of backups are never written to. */
async function damageBlob(scene: RestoreScene): Promise<void> {
  const { dump } = scene.manifest;
  const container = BlobServiceClient.fromConnectionString(scene.grid.store.connectionString).getContainerClient(
    'lifebook-db-backups',
  );
  const bytes = await container.getBlobClient(dump.blob).downloadToBuffer();
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  const blob = `${dump.blob}-damaged-${scene.number}`;
  await container.getBlockBlobClient(blob).uploadData(bytes);
  scene.manifest = { ...scene.manifest, dump: { ...dump, blob } };
}

/** The archive lacks a table that its manifest has. */
function loseTable(scene: RestoreScene): Promise<void> {
  const { contents } = scene.manifest;
  const tables = [...contents.tables, { schema: 'public', name: 'lost', rows: 3 }];
  scene.manifest = { ...scene.manifest, contents: { ...contents, tables } };
  return Promise.resolve();
}

const killTool = (scene: RestoreScene): Promise<void> =>
  scene.killTool(scene.cell.mode === 'clean' ? 'psql' : 'pg_restore');

async function cutConnections(scene: RestoreScene): Promise<void> {
  await scene.untilRowsCome();
  scene.grid.gate.cutNow();
}

/** The server may write no file longer than 17 MiB, which its table is and its WAL is not: it fails as on a full disk. */
async function fillDisk(scene: RestoreScene): Promise<void> {
  limitFiles(scene, String(17 * 1024 * 1024));
  await Promise.resolve();
}

export function limitFiles({ grid }: Pick<RestoreScene, 'grid'>, soft: string): void {
  // as the server's own user, who may
  const { uid, gid } = statSync(`/proc/${grid.server.pid}`);
  const { status, stderr } = spawnSync('prlimit', [`--pid=${grid.server.pid}`, `--fsize=${soft}:unlimited`], {
    uid,
    gid,
  });
  if (status !== 0) throw new Error(`prlimit: ${stderr.toString()}`);
}

/** A session that nobody's admin may end stands for one that does not go away: a prepared transaction. */
async function prepareTransaction(scene: RestoreScene): Promise<void> {
  const insert = `insert into a_words values ('never committed')`;
  await sql(scene.grid.server, scene.live, 'begin', insert, `prepare transaction 'of_${scene.live}'`);
}

/** The connection that says this last is cut, before the server hears it or before its answer arrives. */
const cutConnection =
  (text: RegExp, when: 'before' | 'after') =>
  ({ grid }: RestoreScene): Promise<void> => {
    grid.gate.cutAt(text, when);
    return Promise.resolve();
  };
const SWITCH_COMMIT = /rename to.*rename to.*Q....commit\0/s;
const CLEAN_COMMIT = /Q....COMMIT;?\0/s;

const cut = (at: ToolPlan['at']): ToolPlan => ({ tool: 'pg_restore', at, does: 'cut' });

const CELLS: Record<RestoreCell['mode'], readonly Omit<RestoreCell, 'mode'>[]> = {
  'new-database': [
    { reads: 'file', fault: 'nothing', expected: 'succeeded', live: 'old', beside: 'new' },
    {
      reads: 'stream',
      fault: 'pg_restore is killed',
      expected: 'failed: restore-killed',
      live: 'old',
      meanwhile: killTool,
    },
    {
      reads: 'file',
      fault: 'the connections are cut',
      expected: 'failed: database-connection-lost',
      live: 'old',
      meanwhile: cutConnections,
    },
    { reads: 'file', fault: 'the disk is full', expected: 'failed: restore-failed', live: 'old', prepare: fillDisk },
    {
      reads: 'stream',
      fault: 'one bit of the blob is changed',
      expected: 'failed: stored-bytes-differ',
      live: 'old',
      prepare: damageBlob,
    },
    {
      reads: 'file',
      fault: 'one bit of the blob is changed',
      expected: 'failed: stored-bytes-differ',
      live: 'old',
      prepare: damageBlob,
    },
    {
      reads: 'file',
      fault: 'a table is lost from the archive',
      expected: 'failed: restore-differs',
      live: 'old',
      prepare: loseTable,
    },
    {
      reads: 'file',
      fault: 'the host is killed after creating',
      expected: 'succeeded after take-over',
      live: 'old',
      beside: 'new',
      killedAt: 'database created',
    },
    {
      reads: 'file',
      fault: 'the host is killed before it records',
      expected: 'succeeded after take-over',
      live: 'old',
      beside: 'new',
      killedAt: 'unrecorded: restore',
    },
    {
      reads: 'file',
      fault: 'the host is killed while analyzing',
      expected: 'succeeded after take-over',
      live: 'old',
      beside: 'new',
      killedAt: 'begin: analyze',
    },
    {
      reads: 'file',
      fault: 'the host is killed while comparing',
      expected: 'succeeded after take-over',
      live: 'old',
      beside: 'new',
      killedAt: 'begin: compare',
    },
  ],
  swap: [
    { reads: 'file', fault: 'nothing', expected: 'succeeded', live: 'new', beside: 'old' },
    {
      reads: 'stream',
      fault: 'pg_restore is killed',
      expected: 'failed: restore-killed',
      live: 'old',
      meanwhile: killTool,
    },
    {
      reads: 'stream',
      fault: 'one bit of the blob is changed',
      expected: 'failed: stored-bytes-differ',
      live: 'old',
      prepare: damageBlob,
    },
    {
      reads: 'file',
      fault: 'a table is lost from the archive',
      expected: 'failed: restore-differs',
      live: 'old',
      prepare: loseTable,
    },
    {
      reads: 'file',
      fault: 'the live database stays in use',
      expected: 'failed: swap-blocked',
      live: 'old',
      prepare: prepareTransaction,
    },
    {
      ...{ reads: 'file', fault: 'the connection is cut before the switch commits' },
      ...{ expected: 'failed: database-connection-lost', live: 'old', prepare: cutConnection(SWITCH_COMMIT, 'before') },
    },
    {
      ...{ reads: 'file', fault: 'the answer to the commit of the switch is lost' },
      ...{ expected: 'succeeded', live: 'new', beside: 'old', prepare: cutConnection(SWITCH_COMMIT, 'after') },
    },
    {
      reads: 'file',
      fault: 'the host is killed before the hand-over',
      expected: 'succeeded after take-over',
      live: 'new',
      beside: 'old',
      killedAt: 'begin: hand-over',
    },
    {
      reads: 'file',
      fault: 'the host is killed after the hand-over',
      expected: 'succeeded after take-over',
      live: 'new',
      beside: 'old',
      killedAt: 'unrecorded: hand-over',
    },
    {
      reads: 'file',
      fault: 'the host is killed before the switch',
      expected: 'succeeded after take-over',
      live: 'new',
      beside: 'old',
      killedAt: 'noted: switch',
    },
    {
      reads: 'file',
      fault: 'the host is killed after the switch',
      expected: 'succeeded after take-over',
      live: 'new',
      beside: 'old',
      killedAt: 'unrecorded: switch',
    },
  ],
  clean: [
    { reads: 'stream', fault: 'nothing', expected: 'succeeded', live: 'new' },
    { reads: 'stream', fault: 'psql is killed', expected: 'failed: restore-killed', live: 'old', meanwhile: killTool },
    {
      reads: 'file',
      fault: 'the connections are cut',
      expected: 'failed: database-connection-lost',
      live: 'old',
      meanwhile: cutConnections,
    },
    { reads: 'file', fault: 'the disk is full', expected: 'failed: restore-failed', live: 'old', prepare: fillDisk },
    {
      reads: 'stream',
      fault: 'one bit of the blob is changed',
      expected: 'failed: stored-bytes-differ',
      live: 'old',
      prepare: damageBlob,
    },
    {
      reads: 'file',
      fault: 'a table is lost from the archive',
      expected: 'failed: restore-differs',
      live: 'old',
      prepare: loseTable,
    },
    {
      reads: 'file',
      fault: 'the script is cut in the middle',
      expected: 'failed: archive-undecodable',
      live: 'old',
      tools: cut('middle'),
    },
    {
      reads: 'file',
      fault: 'the script is cut just before its end',
      expected: 'failed: archive-undecodable',
      live: 'old',
      tools: cut('after'),
    },
    {
      ...{ reads: 'file', fault: 'the connection is cut before the commit' },
      ...{ expected: 'failed: database-connection-lost', live: 'old', prepare: cutConnection(CLEAN_COMMIT, 'before') },
    },
    {
      ...{ reads: 'file', fault: 'the answer to the commit is lost' },
      ...{ expected: 'succeeded', live: 'new', prepare: cutConnection(CLEAN_COMMIT, 'after') },
    },
    {
      reads: 'file',
      fault: 'the host is killed before the commit',
      expected: 'succeeded after take-over',
      live: 'new',
      killedAt: 'noted: cleanTransaction',
    },
    {
      reads: 'file',
      fault: 'the host is killed after the commit',
      expected: 'succeeded after take-over',
      live: 'new',
      killedAt: 'unrecorded: clean',
    },
    {
      reads: 'file',
      fault: 'the host is killed while comparing',
      expected: 'succeeded after take-over',
      live: 'new',
      killedAt: 'begin: compare',
    },
  ],
};

export const RESTORE_CELLS: readonly RestoreCell[] = (['new-database', 'swap', 'clean'] as const).flatMap((mode) =>
  CELLS[mode].map((cell) => ({ ...cell, mode })),
);
