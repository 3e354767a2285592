const LEFT_PARENTHESIS = 0x28;
const RIGHT_PARENTHESIS = 0x29;
/** Enough for `COPY` and two names of 63 bytes that are all quotes. */
const HEAD_BYTES = 1024;
const WORD_BYTES = 16;
const FUNCTION_HEADS = [
  'create function',
  'create procedure',
  'create or replace function',
  'create or replace procedure',
];

/** What the lexer remembers of the statement that it is in: a head of its bytes, a few words, and depths. */
export class SqlStatement {
  started = false;
  /** `COPY … FROM stdin`, with the two words outside of quotes and parentheses. */
  endsInFromStdin = false;
  /** The first words, lower case, outside of quotes; at most four. */
  private firstWords = '';
  private wordCount = 0;
  private lastWord = '';
  private parenthesisDepth = 0;
  private beginDepth = 0;
  private isRoutine = false;
  private readonly word = Buffer.alloc(WORD_BYTES);
  private wordLength = 0;
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
    return this.firstWords === 'copy' || this.firstWords.startsWith('copy ');
  }

  /** The word that is being read is a lone E, which before a quote makes an escape string. */
  get wordIsE(): boolean {
    return this.wordLength === 1 && ((this.word[0] as number) | 0x20) === 0x65;
  }

  reset(): void {
    this.started = false;
    this.endsInFromStdin = false;
    this.firstWords = '';
    this.wordCount = 0;
    this.lastWord = '';
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
    this.lastWord = '';
    this.endsInFromStdin = false;
    if (byte === LEFT_PARENTHESIS) this.parenthesisDepth++;
    else if (byte === RIGHT_PARENTHESIS && this.parenthesisDepth > 0) this.parenthesisDepth--;
  }

  beginWord(byte: number): void {
    this.wordLength = 0;
    this.addToWord(byte);
  }

  addToWord(byte: number): void {
    if (this.wordLength < WORD_BYTES) this.word[this.wordLength] = byte;
    this.wordLength++;
  }

  endWord(): void {
    const early = this.wordCount < 4;
    this.wordCount++;
    if (!early && !this.isRoutine && !this.isCopy) return;
    const word = this.word.toString('latin1', 0, Math.min(this.wordLength, WORD_BYTES)).toLowerCase();
    if (early) {
      this.firstWords = this.firstWords === '' ? word : `${this.firstWords} ${word}`;
      this.isRoutine ||= FUNCTION_HEADS.includes(this.firstWords);
    }
    this.endsInFromStdin = word === 'stdin' && this.lastWord === 'from' && this.isCopy && this.parenthesisDepth === 0;
    if (this.isRoutine && this.parenthesisDepth === 0) this.followBody(word);
    this.lastWord = word;
  }

  /**
   * BEGIN ATOMIC opens a body, and inside of one CASE also ends with END. (psql counts every BEGIN and so trips over a
   * function or column of that name; CASE and END are reserved and as names always quoted.)
   */
  private followBody(word: string): void {
    const opens = this.beginDepth === 0 ? word === 'atomic' && this.lastWord === 'begin' : word === 'case';
    if (opens) this.beginDepth++;
    else if (word === 'end' && this.beginDepth > 0) this.beginDepth--;
  }
}
