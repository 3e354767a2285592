import type { JSX } from 'preact';
import type { Job } from '../../api/answers';
import { texts } from '../../texts';

/** The usual order of the phases of each kind; a job may leave some out. */
const STEPS: Readonly<Partial<Record<Job['kind'], readonly string[]>>> = {
  backup: ['dump', 'globals', 'verify', 'publish'],
  verify: ['verify'],
  adopt: ['verify', 'publish'],
  restore: ['plan', 'restore', 'analyze', 'compare', 'hand-over', 'switch'],
  undo: ['plan', 'switch'],
  drill: ['choose', 'restore', 'analyze', 'compare', 'checks'],
  'pitr-restore': ['begin', 'restore', 'network', 'quiet', 'parameters', 'compare'],
};

export function JobSteps({ job: { kind, progress } }: { readonly job: Job }): JSX.Element | null {
  const steps = STEPS[kind];
  if (steps === undefined) return null;
  const current = steps.indexOf(progress.phase);
  // a phase that is not usual is shown where it is: first
  const shown = current < 0 && progress.phase !== 'queued' ? [progress.phase, ...steps] : steps;
  const at = shown.indexOf(progress.phase);
  return (
    <ol class="steps">
      {shown.map((step, index) => (
        <li
          key={step}
          class={index < at ? 'past' : index === at ? 'now' : 'ahead'}
          {...(index === at ? { 'aria-current': 'step' } : {})}
        >
          <span aria-hidden="true">{index < at ? '✓ ' : ''}</span>
          {texts.phases[step] ?? step}
        </li>
      ))}
    </ol>
  );
}
