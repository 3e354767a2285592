const TIME_SPAN = /^(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})(\.\d{1,7})?$/;

/** Milliseconds of a .NET TimeSpan such as `00:05:00` or `1.00:00:00`; undefined when `text` is none. */
export function parseTimeSpanMs(text: string): number | undefined {
  const match = TIME_SPAN.exec(text.trim());
  if (match === null) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0, fraction = 0] = [1, 2, 3, 4, 5].map((group) =>
    Number(match[group] ?? 0),
  );
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  return ((days * 24 + hours) * 60 + minutes) * 60_000 + seconds * 1_000 + fraction * 1_000;
}
