/**
 * The `code` of a system error, such as ENOENT. Not by `instanceof Error`: inside Jest the errors of Node's own modules
 * are of another realm.
 */
export function errorCodeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
