import { basename, join } from 'node:path';
import { build } from 'esbuild';

export interface BenchPrograms {
  readonly worker: string;
  readonly uploader: string;
  readonly restorer: string;
  readonly downloader: string;
  readonly coldStartProbe: string;
}

/** The processes that are measured, built as the app is built (infra/bundle/bundle.ts): tsx would cost time and memory. */
export async function buildPrograms(folder: string): Promise<BenchPrograms> {
  const sources = [
    ...[require.resolve('./worker'), require.resolve('./uploader'), require.resolve('./cold-start-probe')],
    ...[require.resolve('./restorer'), require.resolve('./downloader')],
  ];
  await build({
    entryPoints: sources,
    outdir: folder,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['@azure/functions-core', 'pg-native', 'applicationinsights'],
    define: { 'import.meta.url': '__bundleUrl' },
    banner: { js: "const __bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
    logLevel: 'warning',
  });
  const [worker = '', uploader = '', coldStartProbe = '', restorer = '', downloader = ''] = sources.map((source) =>
    join(folder, `${basename(source, '.ts')}.js`),
  );
  return { worker, uploader, coldStartProbe, restorer, downloader };
}
