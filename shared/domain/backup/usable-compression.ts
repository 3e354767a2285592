import type { JobWarning } from '../jobs/job';

interface Compression {
  readonly method: 'zstd' | 'lz4' | 'gzip' | 'none';
  readonly level: number;
}

/** The compression that was asked for where the tools know it, else gzip at zlib's usual level, with a warning. */
export function usableCompression(
  asked: Compression,
  known: readonly Compression['method'][],
): { readonly use: Compression; readonly warnings: readonly JobWarning[] } {
  if (known.includes(asked.method)) return { use: asked, warnings: [] };
  const detail = `this pg_dump cannot do ${asked.method}; gzip was used, which takes about ten times the processor time`;
  return { use: { method: 'gzip', level: 6 }, warnings: [{ code: 'compression-fallback', detail }] };
}
