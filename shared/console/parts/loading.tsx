import type { JSX } from 'preact';
import { texts } from '../texts';

/** It takes the room that what comes will need, so that nothing jumps. */
export function Loading(): JSX.Element {
  return (
    <div class="loading" role="status">
      {texts.loading}
    </div>
  );
}
