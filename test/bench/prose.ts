/**
 * Text that compresses as prose does: words by Zipf's law, in sentences and paragraphs. Repeatable: the same seed gives
 * the same text. (md5 noise would not compress at all, repeated phrases far too well.)
 */
const COMMON =
  'the and to a of in was he she we that it my I with her his had for on they at as when were me but our so there all him ' +
  'said out one by from have not would then been this up could about back what who into them mother father grandmother ' +
  'grandfather remember years house little after before always never day time old every down over where used long only ' +
  'sister brother school summer winter garden kitchen table train letter war church village family children born married ' +
  'first last night morning light door road river field apple bread coffee Sunday Christmas wedding music song voice hands ' +
  'laughed cried walked came went told knew thought looked felt took made gave left found kept brought sat stood';
const SYLLABLES =
  'ba be bi bo bra bre ca co cor da de di dor el en er fa fe flo ga ge gra ha he hol il in ka ke kin la le li lo lun ma me mi ' +
  'mo mar na ne ni nor o or pa pe pi por ra re ri ro sa se si so ster ta te ti to tra u un va ve vi wa we win ya za';
const ENDINGS = ['', '', '', 's', 'ed', 'ing', 'ly', 'er', 'tion', 'ment', 'ness', 'al'];
const RARE_WORDS = 12_000;
const DRAWS = 1 << 16;
const COMMA = 0x2c;
const FULL_STOP = 0x2e;
const SPACE = 0x20;

export class Prose {
  private state: number;
  private readonly bytes: Buffer;
  private readonly starts: Uint32Array;
  /** Word numbers, each as often as Zipf's law wants it: one draw picks a word. */
  private readonly draws: Uint16Array;

  constructor(seed: number) {
    this.state = seed >>> 0 || 1;
    const words = this.vocabulary();
    this.bytes = Buffer.from(words.map((word) => ` ${word}`).join(''));
    this.starts = new Uint32Array(words.length + 1);
    words.forEach((word, i) => (this.starts[i + 1] = (this.starts[i] ?? 0) + 1 + word.length));
    this.draws = zipfDraws(words.length);
  }

  /** A whole number from 0 to `limit` - 1 (xorshift32). */
  below(limit: number): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x >>> 0;
    return this.state % limit;
  }

  /** Writes about `length` bytes of sentences at `target[at]`, as a field of COPY; returns where it ended. */
  write(target: Buffer, at: number, length: number): number {
    const end = at + length;
    let to = at;
    let untilPause = 0;
    let untilStop = 0;
    while (to < end) {
      if (untilStop === 0) {
        if (to > at) target[to++] = FULL_STOP;
        if (to > at && this.below(9) === 0) to += target.write('\\n', to, 'latin1');
        untilStop = 6 + this.below(16);
        untilPause = 4 + this.below(9);
      }
      const word = this.draws[this.below(DRAWS)] ?? 0;
      let from = this.starts[word] ?? 0;
      const wordEnd = this.starts[word + 1] ?? 0;
      if (to === at) from++;
      while (from < wordEnd) target[to++] = this.bytes[from++] ?? SPACE;
      untilStop--;
      if (--untilPause === 0 && untilStop > 0) target[to++] = COMMA;
    }
    target[to++] = FULL_STOP;
    return to;
  }

  words(count: number): string {
    const found: string[] = [];
    while (found.length < count) {
      const word = this.draws[this.below(DRAWS)] ?? 0;
      found.push(this.bytes.toString('latin1', (this.starts[word] ?? 0) + 1, this.starts[word + 1]));
    }
    return found.join(' ');
  }

  private vocabulary(): string[] {
    const syllables = SYLLABLES.split(' ');
    const rare = Array.from({ length: RARE_WORDS }, () => {
      const parts = Array.from({ length: 1 + this.below(3) }, () => syllables[this.below(syllables.length)] ?? '');
      return parts.join('') + (ENDINGS[this.below(ENDINGS.length)] ?? '');
    });
    return [...COMMON.split(' '), ...rare];
  }
}

function zipfDraws(words: number): Uint16Array {
  const weights = Array.from({ length: words }, (_, rank) => 1 / (rank + 2.7));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const draws = new Uint16Array(DRAWS);
  let reached = 0;
  let word = 0;
  for (let i = 0; i < DRAWS; i++) {
    while (word < words - 1 && (i / DRAWS) * total > reached + (weights[word] ?? 0)) reached += weights[word++] ?? 0;
    draws[i] = word;
  }
  return draws;
}
