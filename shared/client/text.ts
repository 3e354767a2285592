/** Values as people read them. What a server sent never moves the cursor: control characters are shown as `?`. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g; // eslint-disable-line no-control-regex
const visible = (text: string): string => text.replaceAll(CONTROL, '?');

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `previousDatabase` as `previous database`; a unit that stands in the value is left out. */
const label = (name: string): string =>
  name.replace(/(?<=.)(Bytes|Seconds)$/, '').replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function scalar(name: string, value: unknown): string {
  if (typeof value === 'number' && name.endsWith('Bytes')) return showBytes(value);
  if (typeof value === 'number' && name.endsWith('Seconds')) return showSeconds(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return visible(typeof value === 'string' ? value : JSON.stringify(value));
}

export function showBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(1)} kB`;
  return bytes < 1_000_000_000 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${(bytes / 1_000_000_000).toFixed(2)} GB`;
}

export function showSeconds(seconds: number): string {
  if (seconds < 120) return `${Number(seconds.toFixed(1))} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);

/** A call of the API, as advice and playbooks name them: it is to be sent as it stands. */
const isCall = (value: unknown): value is Fields =>
  isFields(value) && typeof value['method'] === 'string' && typeof value['path'] === 'string';
const callOf = ({ method, path, body }: Fields): string =>
  `${String(method)} ${String(path)}${isEmpty(body) ? '' : ` ${JSON.stringify(body)}`}`;

/** An object as lines of `name  value`; what is absent, null or empty is left out. */
export function outline(fields: Fields, indent = ''): string[] {
  const shown = Object.entries(fields).filter(([, value]) => !isEmpty(value));
  const width = Math.max(0, ...shown.map(([name]) => label(name).length));
  return shown.flatMap(([name, value]) => {
    const head = `${indent}${label(name).padEnd(width)}  `;
    if (Array.isArray(value))
      return [`${indent}${label(name)}:`, ...value.flatMap((item) => listed(name, item, `${indent}  `))];
    if (isCall(value)) return [`${head}${visible(callOf(value))}`];
    if (isFields(value)) return [`${indent}${label(name)}:`, ...outline(value, `${indent}  `)];
    return [`${head}${scalar(name, value)}`];
  });
}

function listed(name: string, item: unknown, indent: string): string[] {
  if (!isFields(item)) return [`${indent}- ${scalar(name, item)}`];
  const [first = '', ...rest] = outline(item, `${indent}  `);
  return [`${indent}- ${first.trimStart()}`, ...rest];
}

/** Rows under the names of the columns. */
export function table(rows: readonly Fields[], columns: readonly string[]): string[] {
  const cells = rows.map((row) => columns.map((name) => (isEmpty(row[name]) ? '–' : scalar(name, row[name]))));
  const heads = columns.map(label);
  const widths = columns.map((_name, index) => Math.max(...[heads, ...cells].map((line) => line[index]?.length ?? 0)));
  return [heads, ...cells].map((line) =>
    line
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

const BAR_WIDTH = 24;
const BLOCK_WIDTH = 5;
const BLOCK_STEP_MS = 120;

/** A bar filled by `share`, 0 to 1; without one, a block that wanders to show that something happens. */
export function bar(share: number | undefined, elapsedMs: number): string {
  if (share !== undefined) {
    const full = Math.round(Math.max(0, Math.min(1, share)) * BAR_WIDTH);
    return '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full);
  }
  const range = BAR_WIDTH - BLOCK_WIDTH;
  const step = Math.floor(elapsedMs / BLOCK_STEP_MS) % (2 * range);
  const left = step < range ? step : 2 * range - step;
  return '░'.repeat(left) + '█'.repeat(BLOCK_WIDTH) + '░'.repeat(range - left);
}
