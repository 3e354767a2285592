import { readFile } from 'node:fs/promises';

/** The text of a file that may not be there (yet, or any more): then the empty string. */
export async function readFileIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return '';
  }
}
