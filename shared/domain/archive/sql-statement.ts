const LEFT_PARENTHESIS = 0x28;
const RIGHT_PARENTHESIS = 0x29;
/** Enough for `COPY` and two names of 63 bytes that are all quotes. */
const HEAD_BYTES = 1024;

const COPY = codeOf('copy');
const FROM = codeOf('from');
const STDIN = codeOf('stdin');
const BEGIN = codeOf('begin');
const ATOMIC = codeOf('atomic');
const CASE = codeOf('case');
const END = codeOf('end');
const CREATE = codeOf('create');
const REPLACE = codeOf('replace');
const LONE_E = codeOf('e');
const ROUTINES = [codeOf('function'), codeOf('procedure')];

/** What the lexer remembers of the statement that it is in: a head of its bytes, a few words, and depths. */
export class SqlStatement {
  started = false;
  /** `COPY … FROM stdin`, with the two words outside of quotes and parentheses. */
  endsInFromStdin = false;
  private wordCount = 0;
  private firstWord = 0;
  private lastWord = 0;
  private parenthesisDepth = 0;
  private beginDepth = 0;
  private isRoutine = false;
  /** Of the word being read; see `codeOf`. */
  private wordCode = 0;
  private readonly headBytes = Buffer.alloc(HEAD_BYTES);
  private headLength = 0;
  private headFrom = 0;

  /** The statement's first bytes, at most 1024. */
  get head(): Buffer {
    return this.headBytes.subarray(0, this.headLength);
  }

  /** True inside parentheses and inside BEGIN ATOMIC, where a semicolon ends nothing. */
  get hidesSemicolon(): boolean {
    return this.parenthesisDepth > 0 || this.beginDepth > 0;
  }

  get isCopy(): boolean {
    return this.firstWord === COPY;
  }

  /** The word that is being read is a lone E, which before a quote makes an escape string. */
  get wordIsE(): boolean {
    return this.wordCode === LONE_E;
  }

  reset(): void {
    this.started = false;
    this.endsInFromStdin = false;
    this.wordCount = 0;
    this.firstWord = 0;
    this.lastWord = 0;
    this.parenthesisDepth = 0;
    this.beginDepth = 0;
    this.isRoutine = false;
    this.headLength = 0;
  }

  enterChunk(at: number): void {
    this.headFrom = at;
  }

  leaveChunk(chunk: Buffer, end: number): void {
    if (!this.started || this.headLength === HEAD_BYTES) return;
    const until = Math.min(end, this.headFrom + HEAD_BYTES - this.headLength);
    if (until > this.headFrom) this.headLength += chunk.copy(this.headBytes, this.headLength, this.headFrom, until);
  }

  /** The first byte that is neither space nor comment. */
  begin(at: number): void {
    if (this.started) return;
    this.started = true;
    this.headFrom = at;
  }

  /** Any byte outside of quotes that belongs to no word. */
  addSign(byte: number): void {
    this.lastWord = 0;
    this.endsInFromStdin = false;
    if (byte === LEFT_PARENTHESIS) this.parenthesisDepth++;
    else if (byte === RIGHT_PARENTHESIS && this.parenthesisDepth > 0) this.parenthesisDepth--;
  }

  beginWord(): void {
    this.wordCode = 0;
  }

  addToWord(byte: number): void {
    this.wordCode = addLetter(this.wordCode, byte);
  }

  endWord(): void {
    const word = this.wordCode;
    this.wordCount++;
    if (this.wordCount === 1) this.firstWord = word;
    else if (this.wordCount <= 4) this.followHead(word);
    this.endsInFromStdin = word === STDIN && this.lastWord === FROM && this.isCopy && this.parenthesisDepth === 0;
    if (this.isRoutine && this.parenthesisDepth === 0) this.followBody(word);
    this.lastWord = word;
  }

  /** CREATE [OR REPLACE] FUNCTION or PROCEDURE */
  private followHead(word: number): void {
    const before = this.wordCount === 2 ? CREATE : REPLACE;
    this.isRoutine ||= this.firstWord === CREATE && this.lastWord === before && ROUTINES.includes(word);
  }

  /**
   * BEGIN ATOMIC opens a body, and inside of one CASE also ends with END. (psql counts every BEGIN and so trips over a
   * function or column of that name; CASE and END are reserved and as names always quoted.)
   */
  private followBody(word: number): void {
    const opens = this.beginDepth === 0 ? word === ATOMIC && this.lastWord === BEGIN : word === CASE;
    if (opens) this.beginDepth++;
    else if (word === END && this.beginDepth > 0) this.beginDepth--;
  }
}

/** A word of up to ten letters as a number, so that no string is made of each word; case does not matter. */
function codeOf(word: string): number {
  return Buffer.from(word).reduce(addLetter, 0);
}

/** Anything but a letter makes NaN, which equals nothing; a longer word is larger than every code of ten letters. */
function addLetter(code: number, byte: number): number {
  const letter = (byte | 0x20) - 0x60;
  return byte >= 0x41 && byte < 0x80 && letter >= 1 && letter <= 26 ? code * 27 + letter : Number.NaN;
}
