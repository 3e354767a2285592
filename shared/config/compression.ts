import { SettingProblem } from './setting-problem';
import type { Setting } from './setting-types';

export interface Compression {
  readonly method: 'zstd' | 'lz4' | 'gzip' | 'none';
  readonly level: number;
}

const LEVELS = { zstd: [1, 22], lz4: [1, 12], gzip: [1, 9] } as const;

/** `zstd:1` and the like, as pg_dump ≥ 16 writes it (pg_dump's `--compress`). */
export function compressionSetting(fallback: string, doc: string): Setting<Compression> {
  return {
    fallback,
    accepts: '`zstd:1`–`zstd:22`, `lz4:1`–`lz4:12`, `gzip:1`–`gzip:9`, `none`',
    doc,
    parse: (text) => parseCompression(text?.trim() ?? fallback),
  };
}

function parseCompression(text: string): Compression {
  if (text === 'none') return { method: 'none', level: 0 };
  const match = /^(zstd|lz4|gzip):(\d{1,2})$/.exec(text);
  const method = match?.[1] as keyof typeof LEVELS | undefined;
  const level = Number(match?.[2]);
  if (method !== undefined && level >= LEVELS[method][0] && level <= LEVELS[method][1]) return { method, level };
  throw new SettingProblem('must be zstd:1–22, lz4:1–12, gzip:1–9 or none');
}

export function showCompression(compression: Compression): string {
  return compression.method === 'none' ? 'none' : `${compression.method}:${compression.level}`;
}
