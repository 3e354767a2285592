import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../../shared/domain/failure';
import type { PgConnection } from '../../../shared/domain/pg-connection';
import {
  restoreIntoNewDatabase,
  type RestoreOrder,
} from '../../../shared/operations/restore/restore-into-new-database';
import type { Systems } from '../../../shared/systems/systems';
import { directRun } from '../../fixtures/restore/direct-run';

const STORED = Buffer.from('what the store has');

/** A promise that the test settles. */
class Gate<T> {
  resolve: (value: T) => void = () => undefined;
  reject: (error: Error) => void = () => undefined;
  readonly promise = new Promise<T>((resolve, reject) => Object.assign(this, { resolve, reject }));
}

/** A store and a server whose pace the test decides: everything else is never reached. */
class SlowSystems {
  readonly created = new Gate<number>();
  readonly lastPiece = new Gate<void>();
  reading: AbortSignal | undefined;

  asSystems(): Systems {
    return {
      pgTools: { choose: () => Promise.resolve({}) },
      pgAdmin: { listDatabases: () => Promise.resolve([]), createDatabase: () => this.created.promise },
      dumpStore: {
        head: () => Promise.resolve({ sizeBytes: STORED.length, etag: '"1"', metadata: {} }),
        readPieces: (_blob: string, _head: unknown, signal: AbortSignal) => this.pieces(signal),
      },
    } as unknown as Systems;
  }

  private async *pieces(signal: AbortSignal): AsyncIterable<Buffer> {
    this.reading = signal;
    yield STORED;
    const aborted = new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('the reading was aborted')));
    });
    await Promise.race([this.lastPiece.promise, aborted]);
  }
}

function restore(systems: SlowSystems, jobId: string, sha256: string): Promise<unknown> {
  const dump = { blob: 'nightly/app.dump', sizeBytes: STORED.length, sha256 };
  const properties = { encoding: 'UTF8', locale: { provider: 'libc', collate: 'C', ctype: 'C', locale: null } };
  const order = {
    ...{ manifest: { tool: { major: 17 }, dump, databaseProperties: properties, contents: { tables: [] } } },
    ...{ admin: {} as PgConnection, serverMajor: 17, database: 'restored', tables: null, toastCompression: null },
    ...{ reads: 'file', parallelJobs: 2, missingRoles: [] },
  } as unknown as RestoreOrder;
  return restoreIntoNewDatabase(systems.asSystems(), directRun(jobId), order);
}

const folderOf = (jobId: string): string => join(tmpdir(), `lifebook-restore-${jobId}`);
const turns = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

describe('the archive and the new database, made at the same time', () => {
  it('fails with changed bytes only when the database is there, so that it can be dropped', async () => {
    const systems = new SlowSystems();
    let ended = false;
    const restoring = restore(systems, 'unit-changed-bytes', 'another').finally(() => (ended = true));
    const failed = expect(restoring).rejects.toThrow('stored-bytes-differ');
    systems.lastPiece.resolve();
    await turns();
    expect(ended).toBe(false);
    systems.created.resolve(1);
    await failed;
    expect(existsSync(folderOf('unit-changed-bytes'))).toBe(false);
  });

  it('stops fetching when the database cannot be created, and says that', async () => {
    const systems = new SlowSystems();
    const sha256 = createHash('sha256').update(STORED).digest('hex');
    const restoring = restore(systems, 'unit-name-taken', sha256);
    const failed = expect(restoring).rejects.toThrow('database-exists');
    await turns();
    systems.created.reject(new Failure('database-exists', 'restored is taken'));
    await failed;
    expect(systems.reading?.aborted).toBe(true);
    expect(existsSync(folderOf('unit-name-taken'))).toBe(false);
  });

  it('closes an archive that was there before the database failed', async () => {
    const systems = new SlowSystems();
    const sha256 = createHash('sha256').update(STORED).digest('hex');
    const failed = expect(restore(systems, 'unit-closed', sha256)).rejects.toThrow('database-exists');
    systems.lastPiece.resolve();
    while (!existsSync(join(folderOf('unit-closed'), 'archive.dump'))) await turns();
    systems.created.reject(new Failure('database-exists', 'restored is taken'));
    await failed;
    expect(existsSync(folderOf('unit-closed'))).toBe(false);
  });
});
