import type { JSX } from 'preact';
import { texts } from '../texts';

export function NoSuchPage(): JSX.Element {
  return (
    <p class="box plain">
      {texts.noSuchPage.text} <a href="#/">{texts.section.overview}</a>
    </p>
  );
}
