import { SqlStatement } from './sql-statement';

const LF = 0x0a;
const SPACE = 0x20;
const DOUBLE_QUOTE = 0x22;
const DOLLAR = 0x24;
const SINGLE_QUOTE = 0x27;
const STAR = 0x2a;
const DASH = 0x2d;
const SLASH = 0x2f;
const SEMICOLON = 0x3b;
const BACKSLASH = 0x5c;
const MAX_TAG_BYTES = 1024;

/** Where the lexer stands between two bytes. */
const enum In {
  text,
  word,
  single,
  escape,
  escapeBackslash,
  escapeQuote,
  double,
  dash,
  lineComment,
  slash,
  block,
  blockStar,
  blockSlash,
  dollarTag,
  dollarBody,
  meta,
}

/**
 * Finds where statements end in SQL text, by the rules of psql (psqlscan.l): quotes, escape strings, dollar quotes,
 * comments, parentheses and BEGIN ATOMIC bodies hide a semicolon. Nothing is kept but the state and a small head of the
 * statement; a chunk may split anywhere.
 */
export class SqlLexer {
  readonly statement = new SqlStatement();
  /** As the script says with `SET standard_conforming_strings`; off: a backslash escapes in every string. */
  standardStrings = true;
  private state: In = In.text;
  private commentDepth = 0;
  private tag = '';
  private bodyTail: Buffer = Buffer.alloc(0);

  /** True where the text may end: outside of every quote, comment and statement. */
  get idle(): boolean {
    const betweenTokens = this.state === In.text || this.state === In.lineComment || this.state === In.meta;
    return betweenTokens && !this.statement.started;
  }

  /** Reads on at `chunk[at]`; returns the offset after the semicolon that ended a statement, or -1 at the chunk's end. */
  read(chunk: Buffer, at: number): number {
    this.statement.enterChunk(at);
    for (let i = at; i < chunk.length;) {
      if (chunk[i] === SEMICOLON && this.state === In.text && !this.statement.hidesSemicolon) {
        this.statement.leaveChunk(chunk, i);
        return i + 1;
      }
      i = this.readOn(chunk, i);
    }
    this.statement.leaveChunk(chunk, chunk.length);
    return -1;
  }

  private readText(chunk: Buffer, from: number): number {
    let i = from;
    while (i < chunk.length && (chunk[i] as number) <= SPACE) i++;
    if (i === chunk.length) return i;
    const byte = chunk[i] as number;
    if (byte === SEMICOLON && i > from) return i;
    if (beginsWord(byte)) {
      this.statement.begin(i);
      this.statement.beginWord();
      this.state = In.word;
      return i;
    }
    this.readSign(byte, i);
    return i + 1;
  }

  private readWord(chunk: Buffer, from: number): number {
    const { statement } = this;
    let i = from;
    for (; i < chunk.length; i++) {
      const byte = chunk[i] as number;
      if (!continuesWord(byte)) break;
      statement.addToWord(byte);
    }
    if (i === chunk.length) return i;
    const escapes = chunk[i] === SINGLE_QUOTE && statement.wordIsE;
    statement.endWord();
    this.state = escapes ? In.escape : In.text;
    return escapes ? i + 1 : i;
  }

  private readSign(byte: number, i: number): void {
    if (byte === DASH) this.state = In.dash;
    else if (byte === SLASH) this.state = In.slash;
    else if (byte === BACKSLASH) this.state = In.meta;
    else {
      this.statement.begin(i);
      this.statement.addSign(byte);
      if (byte === SINGLE_QUOTE) this.state = this.standardStrings ? In.single : In.escape;
      else if (byte === DOUBLE_QUOTE) this.state = In.double;
      else if (byte === DOLLAR) {
        this.tag = '$';
        this.state = In.dollarTag;
      }
    }
  }

  /** Returns the offset of the first byte not consumed. */
  private readOn(chunk: Buffer, i: number): number {
    switch (this.state) {
      case In.text:
        return this.readText(chunk, i);
      case In.word:
        return this.readWord(chunk, i);
      case In.single:
        return this.skipPast(chunk, i, SINGLE_QUOTE);
      case In.double:
        return this.skipPast(chunk, i, DOUBLE_QUOTE);
      case In.lineComment:
      case In.meta:
        return this.skipPast(chunk, i, LF);
      case In.escape:
        return this.readEscape(chunk, i);
      case In.escapeBackslash:
        this.state = In.escape;
        return i + 1;
      case In.escapeQuote:
        // A doubled quote goes on; a single one was the end, and this byte is text.
        this.state = chunk[i] === SINGLE_QUOTE ? In.escape : In.text;
        return this.state === In.escape ? i + 1 : i;
      case In.dollarTag:
        return this.readTag(chunk[i] as number, i);
      case In.dollarBody:
        return this.readBody(chunk, i);
      case In.dash:
        return this.readSecond(chunk[i] === DASH, In.lineComment, i);
      case In.slash:
        this.commentDepth = 1;
        return this.readSecond(chunk[i] === STAR, In.block, i);
      case In.block:
      case In.blockStar:
      case In.blockSlash:
        return this.readBlock(chunk[i] as number, i);
    }
  }

  private skipPast(chunk: Buffer, i: number, end: number): number {
    const found = chunk.indexOf(end, i);
    if (found === -1) return chunk.length;
    this.state = In.text;
    return found + 1;
  }

  private readEscape(chunk: Buffer, from: number): number {
    for (let i = from; i < chunk.length; i++) {
      const byte = chunk[i];
      if (byte !== BACKSLASH && byte !== SINGLE_QUOTE) continue;
      this.state = byte === BACKSLASH ? In.escapeBackslash : In.escapeQuote;
      return i + 1;
    }
    return chunk.length;
  }

  /** After `-` or `/`: two of a kind begin a comment, else the first one was an operator. */
  private readSecond(isComment: boolean, comment: In, i: number): number {
    this.state = isComment ? comment : In.text;
    if (!isComment) this.statement.begin(i);
    return isComment ? i + 1 : i;
  }

  private readBlock(byte: number, i: number): number {
    if (this.state === In.blockStar && byte === SLASH) {
      this.commentDepth--;
      this.state = this.commentDepth === 0 ? In.text : In.block;
    } else if (this.state === In.blockSlash && byte === STAR) {
      this.commentDepth++;
      this.state = In.block;
    } else {
      this.state = byte === STAR ? In.blockStar : byte === SLASH ? In.blockSlash : In.block;
    }
    return i + 1;
  }

  /** `$`, letters, `$` open a dollar quote; `$1` does not. */
  private readTag(byte: number, i: number): number {
    const inTag = this.tag.length === 1 ? beginsWord(byte) : continuesWord(byte);
    if (byte !== DOLLAR && inTag && this.tag.length < MAX_TAG_BYTES) {
      this.tag += String.fromCharCode(byte);
      return i + 1;
    }
    if (byte !== DOLLAR) {
      this.state = In.text;
      return i;
    }
    this.tag += '$';
    this.bodyTail = Buffer.alloc(0);
    this.state = In.dollarBody;
    return i + 1;
  }

  private readBody(chunk: Buffer, i: number): number {
    const { length } = this.tag;
    if (this.bodyTail.length > 0) {
      // The closing tag may have begun in the last chunk.
      const seam = Buffer.concat([this.bodyTail, chunk.subarray(i, i + length - 1)]);
      const found = seam.indexOf(this.tag, 0, 'latin1');
      if (found !== -1) return this.endBody(i + found + length - this.bodyTail.length);
    }
    const found = chunk.indexOf(this.tag, i, 'latin1');
    if (found !== -1) return this.endBody(found + length);
    const rest = chunk.subarray(Math.max(i, chunk.length - length + 1));
    this.bodyTail = Buffer.concat([this.bodyTail, rest]).subarray(-(length - 1));
    return chunk.length;
  }

  private endBody(end: number): number {
    this.state = In.text;
    return end;
  }
}

function beginsWord(byte: number): boolean {
  return ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a) || byte === 0x5f || byte >= 0x80;
}

function continuesWord(byte: number): boolean {
  return beginsWord(byte) || (byte >= 0x30 && byte <= 0x39) || byte === DOLLAR;
}
