import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { guardLeftovers } from '../environment/leftover-guard';
import { makeScratchFolder } from '../environment/scratch-folder';

/**
 * Settings and keys for another terminal (psql, `npm run job`, curl): in a file that only this user can read, so that no
 * terminal or log shows them. It goes when we go, however we go.
 */
export interface SettingsFile {
  readonly path: string;
  add(name: string, value: string): Promise<void>;
  remove(): Promise<void>;
}

export async function writeSettingsFile(settings: Readonly<Record<string, string>>): Promise<SettingsFile> {
  const folder = await makeScratchFolder('start');
  const guard = guardLeftovers(folder);
  const path = join(folder, 'settings.env');
  await writeFile(path, Object.entries(settings).map(shellLine).join(''), { mode: 0o600 });
  return {
    path,
    add: (name, value) => appendFile(path, shellLine([name, value])),
    async remove() {
      await rm(folder, { recursive: true, force: true });
      await guard.release();
    },
  };
}

function shellLine([name, value]: readonly [string, string]): string {
  return `${name}='${value.replaceAll("'", "'\\''")}'\n`;
}
