/** Times for people: UTC, which logs and other people's screens have as well, with the local time beside. */
export function utc(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

export function utcWithSeconds(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

export function local(iso: string): string {
  const at = new Date(iso);
  const day = at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  const time = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  // the day only where it is another one than in UTC
  return at.getDate() === at.getUTCDate() ? time : `${day}, ${time}`;
}

const STEPS = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
] as const;

/** `2 d 4 h`, `3 min 20 s`, `0.4 s`: two units at most. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const index = STEPS.findIndex(([step]) => seconds >= step);
  const [step, unit] = STEPS[index] ?? STEPS[2];
  const [below, belowUnit] = STEPS[index + 1] ?? [1, 's'];
  const whole = Math.floor(seconds / step);
  const rest = Math.floor((seconds % step) / below);
  return rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${belowUnit}`;
}

export function secondsBetween(from: string, to: string | number): number {
  return ((typeof to === 'number' ? to : Date.parse(to)) - Date.parse(from)) / 1000;
}

/** `2026-11-25T02:00`, as an input of UTC times wants it, and back. */
export const toInput = (iso: string): string => new Date(iso).toISOString().slice(0, 19);
export function fromInput(text: string): string | undefined {
  const at = new Date(`${text}Z`);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
