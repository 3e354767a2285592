import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** Files below `folder` that `pattern` matches: `*`, `**`, `?` and `{a,b}` as in the `main` of package.json; sorted. */
export async function findMatchingFiles(folder: string, pattern: string): Promise<string[]> {
  const expression = patternToExpression(pattern);
  const fixedPart = /^(?:[^*?{]*\/)?/.exec(pattern)?.[0] ?? '';
  let entries;
  try {
    entries = await readdir(join(folder, fixedPart), { recursive: true, withFileTypes: true });
  } catch {
    return []; // the folder is not there: nothing matches
  }
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => expression.test(path))
    .sort()
    .map((path) => join(folder, path));
}

export function patternToExpression(pattern: string): RegExp {
  const source = pattern.replace(/^\.\//, '').replaceAll(/\*\*\/|\*\*|[*?{},]|[.+^$()|[\]\\]/g, (token) => {
    if (token === '**/') return '(?:.*/)?';
    if (token === '**') return '.*';
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    if (token === '{') return '(?:';
    if (token === '}') return ')';
    if (token === ',') return '|';
    return `\\${token}`;
  });
  return new RegExp(`^${source}$`);
}
