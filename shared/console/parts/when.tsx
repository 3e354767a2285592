import type { JSX } from 'preact';
import { duration, local, secondsBetween, utc } from '../format/time';
import { texts } from '../texts';

const isLocalUtc = new Date().getTimezoneOffset() === 0;

/** A moment: UTC, and the local time beside it where that is another one. */
export function When({ at }: { readonly at: string | undefined | null }): JSX.Element {
  if (at === undefined || at === null) return <span>{texts.none}</span>;
  return (
    <time dateTime={at}>
      <span class="nowrap">{utc(at)}</span>{' '}
      {isLocalUtc ? null : <span class="muted nowrap">{texts.localTime(local(at))}</span>}
    </time>
  );
}

/** How long ago, with the moment itself for whoever points at it. */
export function Ago({ at }: { readonly at: string }): JSX.Element {
  return (
    <time dateTime={at} title={`${utc(at)} ${texts.localTime(local(at))}`} class="nowrap">
      {texts.ago(duration(Math.max(0, secondsBetween(at, Date.now()))))}
    </time>
  );
}
