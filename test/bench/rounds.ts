import type { Contender, Sample } from './contenders';
import type { QuietMachine } from './quiet';
import type { Stage } from './stage';

/** One after the other, round by round, so that a slow minute of the machine meets all of them. */
export async function runRounds(
  stage: Stage,
  contenders: readonly Contender[],
  rounds: number,
  quiet: QuietMachine,
  progress: (what: string) => void,
): Promise<Map<Contender, Sample[]>> {
  const samples = new Map<Contender, Sample[]>(contenders.map((contender) => [contender, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const [contender, taken] of samples) {
      const sample = await quiet.leastDisturbed(() => runOnce(stage, contender));
      taken.push(sample);
      progress(`round ${round}: ${contender.name}: ${describe(sample)}`);
    }
  }
  return samples;
}

async function runOnce(stage: Stage, contender: Contender): Promise<Sample> {
  if (contender.keepsStore !== true) await stage.emptyStore();
  return contender.run(stage);
}

function describe({ wallMs, cpuMs, disturbance }: Sample): string {
  const others = `others took ${Math.round(disturbance * 100)} % of the cores`;
  return `${(wallMs / 1000).toFixed(2)} s, CPU ${(cpuMs / 1000).toFixed(2)} s (${others})`;
}
