import type { JSX } from 'preact';
import type { RestoreMode } from '../../../domain/restore/restore-request';
import { texts } from '../../texts';

const { picture } = texts.recover.restore;

/** What is there before and after, in two rows of boxes. */
export function ModePicture({ mode }: { readonly mode: RestoreMode }): JSX.Element {
  const after = {
    'new-database': [picture.live, picture.restored],
    swap: [picture.previous, picture.restoredIsLive],
    clean: [picture.restoredIsLive],
  }[mode];
  return (
    <svg class="picture" viewBox="0 0 220 78" role="img" aria-label={picture.alt[mode]}>
      <Box x={2} text={picture.live} kind="live" />
      <path class="arrow" d="M105 18 h18 m-6 -5 l6 5 l-6 5" />
      {after.map((text, index) => (
        <Box key={text} x={130} y={after.length === 1 ? 2 : index * 42 + 2} text={text} kind={kindOf(text)} />
      ))}
    </svg>
  );
}

const kindOf = (text: string): string => (text === picture.live || text === picture.previous ? 'live' : 'new');

function Box({ x, y = 2, text, kind }: { x: number; y?: number; text: string; kind: string }): JSX.Element {
  return (
    <>
      <rect class={kind} x={x} y={y} width="88" height="32" rx="4" />
      <text x={x + 44} y={y + 20} text-anchor="middle">
        {text}
      </text>
    </>
  );
}
