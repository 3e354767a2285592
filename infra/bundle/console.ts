import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

const SOURCE = join(__dirname, '..', '..', 'shared', 'console');
/** Where the app serves it (functions/http/get-console.ts); the page must know, because it has addresses of any depth. */
const ADDRESS = '/api/console/assets';

/**
 * The web page: `index.html` and `assets/NAME-HASH.js` and `.css`, which browsers may keep for ever. What only some need
 * (signing in with Entra) is a file of its own.
 *
 * @returns the files that it is made of
 */
export async function buildConsole(outdir: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: SOURCE,
    entryPoints: { console: join(SOURCE, 'main.tsx'), styles: join(SOURCE, 'styles', 'all.css') },
    outdir: join(outdir, 'assets'),
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    publicPath: ADDRESS,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'linked',
    metafile: true,
    logLevel: 'warning',
  });
  const html = await readFile(join(SOURCE, 'index.html'), 'utf8');
  const outputs = Object.entries(metafile.outputs);
  const address = (entry: string): string => {
    const found = outputs.find(([, { entryPoint }]) => entryPoint === entry);
    if (found === undefined) throw new Error(`esbuild has not built ${entry}`);
    return `${ADDRESS}/${basename(found[0])}`;
  };
  const page = html.replace('SCRIPT', address('main.tsx')).replace('STYLES', address('styles/all.css'));
  await writeFile(join(outdir, 'index.html'), page);
  return Object.keys(metafile.inputs).map((path) => join(SOURCE, path));
}
