import { psqlFailure } from '../../domain/restore/restore-messages';
import type { ToolRun } from '../../systems/pg-tools/pg-tools';
import { feed } from '../archive/feed-tool';

/** Asks a psql that is in the middle of a script for lines, and goes on with its transaction. */
export class PsqlDialog {
  private output = '';
  private questions = 0;
  private hasEnded = false;
  private wake: () => void = () => undefined;

  constructor(private readonly child: ToolRun) {
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (text: string) => {
      // what the script itself prints, such as positions of sequences, is of no interest
      if (this.questions > 0) this.output += text;
      this.wake();
    });
    void child.ended.then(() => {
      this.hasEnded = true;
      this.wake();
    });
  }

  /** What these statements print, line by line. @throws Failure when psql has ended instead of answering */
  async ask(sql: string): Promise<string[]> {
    this.questions += 1;
    const [begin, end] = [`lifebook-backup-begin-${this.questions}`, `lifebook-backup-end-${this.questions}`];
    await feed(this.child.stdin, Buffer.from(`SELECT '${begin}';\n${sql}\nSELECT '${end}';\n`));
    for (;;) {
      const lines = this.output.split('\n');
      const at = lines.indexOf(end);
      if (at !== -1) {
        this.output = '';
        return lines.slice(lines.indexOf(begin) + 1, at);
      }
      if (this.hasEnded) throw psqlFailure(await this.child.ended);
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}
