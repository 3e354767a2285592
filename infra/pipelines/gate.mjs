// The gate of a release pipeline: `node gate.mjs backup` before the release, `node gate.mjs verified` after it.
// Node 20 or newer and nothing else, so that it runs on a stock runner as it is. Inputs are environment variables (readInputs).
import { backUp } from './back-up.mjs';
import { Backup } from './backup-api.mjs';
import { readInputs } from './inputs.mjs';
import { markVerified } from './mark-verified.mjs';
import { pipelineOf } from './pipeline.mjs';
import { signInOf } from './sign-in.mjs';

const STEPS = { backup: backUp, verified: markVerified };
const pipeline = pipelineOf(process.env);

try {
  const step = STEPS[process.argv[2] ?? ''];
  if (step === undefined) throw new Error(`the step must be one of ${Object.keys(STEPS).join(', ')}`);
  const inputs = readInputs(process.env);
  await step(new Backup(inputs, signInOf(process.env)), inputs, pipeline);
} catch (error) {
  pipeline.fail(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
