import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { buildConsole } from './console';

const ROOT = join(__dirname, '..', '..');

const COMMON = {
  // paths in comments do not depend on where the build is called
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  legalComments: 'linked',
  sourcesContent: false,
  // packages bundled from their ESM form ask where they are
  define: { 'import.meta.url': '__bundleUrl' },
  banner: { js: "const __bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  logLevel: 'warning',
} as const;

/** `import('applicationinsights')` becomes a load of its own bundle: it costs a second, and most starts need none of it. */
const telemetryBeside: Plugin = {
  name: 'telemetry-beside',
  setup: (bundle) => {
    bundle.onResolve({ filter: /^applicationinsights$/ }, () => ({ path: './telemetry.js', external: true }));
  },
};

/**
 * Bundles the app to dist/: one file that registers every function, loaded in one go at a cold start, and
 * `applicationinsights` in a file of its own that is loaded with the first telemetry event; the web page in console/. A test may want them elsewhere, and
 * the deployment package without source maps, which would tell the builder's paths.
 *
 * @returns the files that it is made of, ours and those of packages
 */
export async function buildApp(outdir = join(ROOT, 'dist'), { sourcemap = true } = {}): Promise<string[]> {
  await rm(outdir, { recursive: true, force: true });
  // half of a cold start is compiling what is read; names stay, because stacks and errors show them
  const minified = { minifyWhitespace: true, minifySyntax: true } as const;
  const common = { ...COMMON, ...minified, metafile: true, sourcemap: sourcemap ? 'linked' : false } as const;
  const app = await build({
    ...common,
    entryPoints: {
      main: join(ROOT, 'functions', 'main.ts'),
      job: join(ROOT, 'functions', 'command', 'job.ts'),
    },
    outdir,
    // @azure/functions-core is the worker's own module; pg-native is an addon that pg does without
    external: ['@azure/functions-core', 'pg-native'],
    plugins: [telemetryBeside],
  });
  const telemetry = await build({
    ...common,
    // named, so that Node finds it when main.js imports this file: `module.exports = …` would only be its `default`
    stdin: { contents: "export { TelemetryClient } from 'applicationinsights';", resolveDir: ROOT },
    outfile: join(outdir, 'telemetry.js'),
    external: ['@azure/functions-core'],
  });
  const page = await buildConsole(join(outdir, 'console'));
  const inputs = [app, telemetry].flatMap(({ metafile }) => Object.keys(metafile.inputs));
  return [...inputs.map((path) => join(ROOT, path)), ...page];
}

/** The command-line client in one file of its own, which is no part of the deployed app. */
export async function buildClient(outfile = join(ROOT, 'dist', 'client.js')): Promise<void> {
  await build({ ...COMMON, entryPoints: [join(ROOT, 'shared', 'client', 'main.ts')], outfile, sourcemap: false });
  await chmod(outfile, 0o755);
}

if (require.main === module) {
  buildApp()
    .then(() => buildClient())
    .catch((error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    });
}
