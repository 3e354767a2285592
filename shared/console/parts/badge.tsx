import type { JSX } from 'preact';

export type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'plain';

const TONES: Readonly<Record<string, Tone>> = {
  ...{ verified: 'good', succeeded: 'good', ok: 'good', passed: 'good', done: 'good', keep: 'good' },
  ...{ expired: 'plain', foreign: 'plain', canceled: 'plain', unknown: 'plain', skipped: 'plain', none: 'plain' },
  ...{ damaged: 'bad', missing: 'bad', failed: 'bad', failing: 'bad', refused: 'bad', expire: 'plain' },
  ...{ 'content-failed': 'bad', 'infrastructure-failed': 'bad' },
  ...{ queued: 'busy', running: 'busy', degraded: 'warn', held: 'warn', aborted: 'warn', deleted: 'warn' },
};
/** A shape for each tone: colour alone tells nothing to those who do not see it. */
const SHAPES: Readonly<Record<Tone, string>> = { good: '✓', warn: '!', bad: '✕', busy: '◔', plain: '·' };

export function Badge({ state, tone }: { readonly state: string; readonly tone?: Tone }): JSX.Element {
  const shown = tone ?? TONES[state] ?? 'plain';
  return (
    <span class={`badge ${shown}`}>
      <span aria-hidden="true">{SHAPES[shown]}</span> {state}
    </span>
  );
}
