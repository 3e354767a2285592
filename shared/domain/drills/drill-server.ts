/** A temporary server that a drill restores to. */

/** Its administrator; Azure refuses the usual names. */
export const DRILL_LOGIN = 'lifebook_drill';

/** What a restore needs of the source's server parameters: which extensions may be created, and which are loaded. */
export const DRILL_PARAMETERS = ['azure.extensions', 'shared_preload_libraries'];

/** GiB that Azure sells, the smallest first. */
const SIZES_GB = [32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_767];
/** A dump is compressed and has no indexes; below 5 GiB free a server refuses writes (azure-facts.md, "PostgreSQL"). */
const TIMES_THE_DUMP = 12;
const RESERVE_GB = 8;
const GIB = 1024 ** 3;

/**
 * The disk of a drill's server: as large as the source's, whose database fits on it, and never too small for the dump, which
 * may be of another time or server.
 *
 * @returns GiB
 */
export function drillStorageGb(sourceGb: number | undefined, dumpBytes: number): number {
  const wanted = Math.max(sourceGb ?? 0, Math.ceil((dumpBytes * TIMES_THE_DUMP) / GIB) + RESERVE_GB);
  return SIZES_GB.find((size) => size >= wanted) ?? SIZES_GB.at(-1) ?? wanted;
}

/**
 * A name of its own for each drill, the same whoever works on it: `lifebook-db-drill-20261001t0400-3f9a1c7e`. Unique in all
 * of Azure, as the source's is.
 *
 * @param digest of the job's id, at least 8 of 0–9 and a–f
 */
export function drillServerName(source: string, jobId: string, digest: string): string {
  const minute = jobId.slice(0, 13).toLowerCase();
  const end = `-drill-${minute}-${digest.slice(0, 8)}`;
  return `${source.slice(0, 63 - end.length).replace(/-+$/, '')}${end}`;
}
