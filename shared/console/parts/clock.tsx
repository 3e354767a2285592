import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { When } from './when';

/** Now, so that every other time on the page has something to stand beside. */
export function Clock(): JSX.Element {
  const [now, setNow] = useState(() => new Date().toISOString());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(new Date().toISOString()), 10_000);
    return () => window.clearInterval(timer);
  }, []);
  return (
    <span class="clock">
      <When at={now} />
    </span>
  );
}
