import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { texts } from '../texts';

/** Names and values, those without a value left out. */
export function Facts({ facts }: { readonly facts: readonly (readonly [string, ComponentChildren])[] }): JSX.Element {
  return (
    <dl class="facts">
      {facts
        .filter(([, value]) => value !== undefined && value !== null && value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** A command or an identifier to take along. */
export function Copyable({ text, label }: { readonly text: string; readonly label: string }): JSX.Element {
  const [isCopied, setIsCopied] = useState(false);
  const copy = (): void => {
    void navigator.clipboard.writeText(text).then(() => setIsCopied(true));
  };
  return (
    <div class="copyable">
      <pre tabIndex={0} aria-label={label}>
        {text}
      </pre>
      <button type="button" onClick={copy}>
        <span class="hidden">{label}: </span>
        <span aria-live="polite">{isCopied ? texts.copied : texts.copy}</span>
      </button>
    </div>
  );
}

/** The whole answer, for whoever wants to see all of it. */
export function Whole({ title, value }: { readonly title: string; readonly value: unknown }): JSX.Element {
  return (
    <details>
      <summary>{title}</summary>
      <pre tabIndex={0} aria-label={title}>
        {JSON.stringify(value, null, 2)}
      </pre>
    </details>
  );
}
