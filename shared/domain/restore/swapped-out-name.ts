const NAME_BYTES = 63;

/**
 * The name of a database that was swapped out: `<name>_before_20261125_0910_07`, at most 63 bytes. The name is shortened
 * first, at a whole character: the server would cut the end off instead, and give two times one name.
 */
export function swappedOutName(database: string, word: 'before' | 'restored' | 'undone', at: Date): string {
  const time = at.toISOString().replaceAll(/[-:]/g, '').replace('T', '_').slice(0, 15);
  const suffix = `_${word}_${time}`;
  let kept = database;
  while (new TextEncoder().encode(kept).length + suffix.length > NAME_BYTES)
    kept = Array.from(kept).slice(0, -1).join('');
  return kept + suffix;
}
