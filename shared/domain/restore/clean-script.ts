import { Failure } from '../failure';

const TIMEOUT_LINE = Buffer.from('\nSET transaction_timeout = 0;\n');
const BEGIN = Buffer.from('\nBEGIN;\n');
const COMMIT = '\nCOMMIT;\n';
/** What may follow the last statement: comments, empty lines, the end of psql's restricted mode. */
const TRAILER = /^(?:--[^\n]*\n|\n|\\unrestrict \S+\n)*$/;
/** Far longer than any trailer. */
const HELD_BYTES = 4096;
const PREAMBLE_BYTES = 16 * 1024;

/**
 * The script that `pg_restore --single-transaction -f -` prints, on its way to psql: without the one line that a server
 * before 17 does not understand, and without its last COMMIT, so that what ends too early commits nothing. Holds back
 * 4 KiB, whatever the length.
 *
 * Failure: `archive-undecodable` from `finish` for a script that does not end in its COMMIT.
 */
export class CleanScript {
  private held: Buffer = Buffer.alloc(0);
  private passedBytes = 0;
  private isLineSought: boolean;

  /** `afterBegin`: statements that come first in its transaction. */
  constructor(
    serverMajor: number,
    private afterBegin: string,
  ) {
    this.isLineSought = serverMajor < 17;
  }

  /** What may be sent on of everything so far. */
  push(bytes: Uint8Array): Buffer {
    this.held = Buffer.concat([this.held, bytes]);
    this.leaveLineOut();
    this.insertAfterBegin();
    const ready = this.held.subarray(0, Math.max(0, this.held.length - HELD_BYTES));
    this.held = this.held.subarray(ready.length);
    this.passedBytes += ready.length;
    return ready;
  }

  /** What is left up to the COMMIT, after the script has ended. */
  finish(): Buffer {
    const text = this.held.toString('latin1');
    const at = text.lastIndexOf(COMMIT);
    if (at === -1 || !TRAILER.test(text.slice(at + COMMIT.length))) {
      throw new Failure(
        'archive-undecodable',
        'the script of pg_restore does not end in the COMMIT of its transaction',
      );
    }
    return this.held.subarray(0, at + 1);
  }

  private insertAfterBegin(): void {
    const at = this.afterBegin === '' ? -1 : this.held.indexOf(BEGIN);
    if (at === -1) return;
    const end = at + BEGIN.length;
    this.held = Buffer.concat([this.held.subarray(0, end), Buffer.from(this.afterBegin), this.held.subarray(end)]);
    this.afterBegin = '';
  }

  /** Once, among the settings at the beginning: rows and functions may hold the same words. */
  private leaveLineOut(): void {
    if (!this.isLineSought) return;
    const at = this.held.indexOf(TIMEOUT_LINE);
    if (at !== -1 && this.passedBytes + at < PREAMBLE_BYTES) {
      this.held = Buffer.concat([this.held.subarray(0, at), this.held.subarray(at + TIMEOUT_LINE.length - 1)]);
    }
    if (at !== -1 || this.passedBytes + this.held.length >= PREAMBLE_BYTES) this.isLineSought = false;
  }
}
