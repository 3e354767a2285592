import { ADJECTIVES, ENDINGS, LINKS, NAMES, NOUNS, OPENINGS, PLACES, SUBJECTS, VERBS } from './vocabulary';

/** Believable family prose, the same for the same seed. */
export class Prose {
  constructor(private state: number) {}

  /** A whole number from 0 to below `limit` (mulberry32). */
  below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  pick<T>(list: readonly T[]): T {
    const found = list[this.below(list.length)];
    if (found === undefined) throw new Error('nothing to pick from');
    return found;
  }

  sentence(): string {
    const start = `${this.pick(OPENINGS)} ${this.someone()} ${this.pick(VERBS)} ${this.something()}`;
    switch (this.below(5)) {
      case 0:
        return `${start} near ${this.pick(PLACES)} in ${this.year()}.`;
      case 1:
        return `${start}, ${this.pick(LINKS)} ${this.someone()} ${this.pick(VERBS)} ${this.something()}.`;
      case 2:
        return `${start} at ${this.pick(PLACES)}, ${this.pick(LINKS)} ${this.pick(ENDINGS)}.`;
      case 3:
        return `${start} with ${this.pick(NAMES)} ${this.word()}, ${this.pick(LINKS)} ${this.pick(ENDINGS)}.`;
      default:
        return `${start}: ${2 + this.below(96)} of them, ${this.pick(LINKS)} ${this.pick(ENDINGS)}.`;
    }
  }

  text(sentences: number): string {
    let text = this.sentence();
    for (let written = 1; written < sentences; written += 1) text += ` ${this.sentence()}`;
    return text;
  }

  title(): string {
    return `${this.pick(NAMES)} and ${this.something()}`;
  }

  /** A name out of syllables: the long tail of surnames and villages. */
  word(): string {
    let word = this.pick(SYLLABLES);
    for (let left = 1 + this.below(3); left > 0; left -= 1) word += this.pick(SYLLABLES);
    return word.charAt(0).toUpperCase() + word.slice(1);
  }

  date(): string {
    return `${this.year()}-${String(1 + this.below(12)).padStart(2, '0')}-${String(1 + this.below(28)).padStart(2, '0')}`;
  }

  private year(): number {
    return 1935 + this.below(90);
  }

  private someone(): string {
    return this.below(3) === 0 ? this.pick(NAMES) : this.pick(SUBJECTS);
  }

  private something(): string {
    return `${this.below(2) === 0 ? 'the' : 'her'} ${this.pick(ADJECTIVES)} ${this.pick(NOUNS)}`;
  }
}

const SYLLABLES =
  'ba ro li den mar to vi ska len hu ne ri gol pe sun ja kal mo ster wi fa nor be lund ca tri hol ga'.split(' ');
