/**
 * Does `work` with each item, `atOnce` of them at a time; results in the order of the items. The first failure, or an
 * aborted signal, begins no more of them, waits for those under way and is thrown.
 */
export async function inParallel<T, R>(
  items: readonly T[],
  atOnce: number,
  signal: AbortSignal,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  let failed: { readonly why: unknown } | undefined;
  const worker = async (): Promise<void> => {
    while (failed === undefined && next < items.length) {
      const index = next++;
      try {
        signal.throwIfAborted();
        results[index] = await work(items[index] as T);
      } catch (error) {
        failed ??= { why: error };
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (failed !== undefined) throw failed.why;
  return results;
}
