import { countNewlines } from './count-newlines';

const LF = 0x0a;
/** Ends the rows of a COPY block: a line of its own. COPY writes a data backslash as two, so no row looks like it. */
const END_LINE = Buffer.from('\\.\n');
const END_LINE_AFTER_ROW = Buffer.from('\n\\.\n');
const MID_LINE = -1;

/** Counts the rows of one COPY block in text format: its lines up to `\.`. Chunks may split anywhere. */
export class CopyRows {
  rows = 0;
  ended = false;
  /** How many bytes of END_LINE the current line has shown; MID_LINE: the line is a row. */
  private matched = 0;

  /** Reads on at `chunk[at]`; returns where the block ended, or the chunk's length. */
  read(chunk: Buffer, at: number): number {
    const from = this.matchLineStart(chunk, at);
    if (this.ended || from === chunk.length) return from;
    const end = chunk.indexOf(END_LINE_AFTER_ROW, from);
    if (end !== -1) {
      this.rows += countNewlines(chunk, from, end + 1);
      this.ended = true;
      return end + END_LINE_AFTER_ROW.length;
    }
    this.rows += countNewlines(chunk, from, chunk.length);
    this.matched = matchedAtEnd(chunk, from);
    return chunk.length;
  }

  /** Byte by byte while the line may still be the end line; leaves the offset from which the line is a row. */
  private matchLineStart(chunk: Buffer, at: number): number {
    let from = at;
    while (this.matched !== MID_LINE && from < chunk.length) {
      if (chunk[from] !== END_LINE[this.matched]) return from;
      from++;
      this.matched++;
      if (this.matched === END_LINE.length) {
        this.ended = true;
        return from;
      }
    }
    return from;
  }
}

/** A chunk without an end line may still end in the beginning of one. */
function matchedAtEnd(chunk: Buffer, from: number): number {
  for (let length = 0; length < END_LINE.length; length++) {
    const lineFeed = chunk.length - 1 - length;
    if (lineFeed < from) return MID_LINE;
    if (chunk[lineFeed] === LF) {
      const tail = chunk.subarray(lineFeed + 1);
      return tail.equals(END_LINE.subarray(0, length)) ? length : MID_LINE;
    }
  }
  return MID_LINE;
}
