import { readdir, readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { ConsoleAsset, ConsoleAssets } from './console-assets';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  // licenses of what was bundled
  '.txt': 'text/plain; charset=utf-8',
};

/**
 * The files beside the bundle, read whole with the first request: half a megabyte, and no request can name a path that is
 * not in the list.
 */
export class BundledConsoleAssets implements ConsoleAssets {
  private read: Promise<ReadonlyMap<string, ConsoleAsset>> | undefined;

  constructor(private readonly folder: string) {}

  async find(name: string): Promise<ConsoleAsset | undefined> {
    this.read ??= readAssets(this.folder);
    return (await this.read).get(name);
  }
}

async function readAssets(folder: string): Promise<ReadonlyMap<string, ConsoleAsset>> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const served = names.filter((name) => extname(name) in TYPES);
  return new Map(
    await Promise.all(
      served.map(async (name): Promise<[string, ConsoleAsset]> => {
        const content = await readFile(join(folder, name));
        const contentType = TYPES[extname(name)] ?? '';
        return [
          name.split(sep).join('/'),
          { contentType, content, gzipped: await promisify(gzip)(content, { level: 9 }) },
        ];
      }),
    ),
  );
}
