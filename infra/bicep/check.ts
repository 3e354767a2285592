import { compileBicep, compileParameters, lintBicep, MAIN } from './compile';
import { fetchBicep } from './compiler';

/**
 * `npm run check:bicep`: everything through the real compiler, with no warning left. Building the main template builds
 * its modules; lint gets every file by itself, so that one which main does not use is looked at too.
 */
async function main(): Promise<void> {
  const compiler = await fetchBicep();
  await lintBicep(compiler);
  await compileBicep(compiler, `${MAIN}.bicep`);
  await compileParameters(compiler, `${MAIN}.bicepparam`);
  console.log('every Bicep file builds, and lint has nothing to say');
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
