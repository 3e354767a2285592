import type { SnapshotSession } from '../../systems/pg-server/pg-server';
import type { DumpFacts } from './backup-facts';

type Contents = Pick<DumpFacts, 'catalog' | 'checksums'>;

/** Reads catalog and checksums while the dump goes on. */
export class SnapshotCatalog {
  private reading: Promise<Contents> | undefined;

  constructor(
    private readonly snapshot: SnapshotSession,
    private readonly withChecksums: boolean,
    private readonly signal: AbortSignal,
  ) {}

  begin(): void {
    if (this.reading !== undefined) return;
    this.reading = this.read();
    // awaited in contents(); a failure before that must not count as unhandled
    this.reading.catch(() => undefined);
  }

  contents(): Promise<Contents> {
    this.begin();
    return this.reading ?? this.read();
  }

  private async read(): Promise<Contents> {
    const catalog = await this.snapshot.readContents();
    if (!this.withChecksums) return { catalog, checksums: null };
    return { catalog, checksums: Object.fromEntries(await this.snapshot.checksums(catalog.tables, this.signal)) };
  }
}
