const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `1.4 GB`; steps of 1000, as disks and Azure's prices have them. */
export function size(bytes: number): string {
  let value = bytes;
  let index = 0;
  while (Math.abs(value) >= 999.5 && index < UNITS.length - 1) {
    value /= 1000;
    index += 1;
  }
  const digits = index === 0 || value >= 99.5 ? 0 : value >= 9.95 ? 1 : 2;
  return `${Number(value.toFixed(digits))} ${UNITS[index] ?? ''}`;
}

export const count = (value: number): string => value.toLocaleString('en-GB');
