import { createInterface } from 'node:readline/promises';

/** The result goes to standard output; progress, plans and questions to standard error, so that a pipe gets the result alone. */
export class Screen {
  private isLineOpen = false;

  constructor(
    readonly isJson: boolean,
    private readonly stdout: NodeJS.WriteStream = process.stdout,
    private readonly stderr: NodeJS.WriteStream = process.stderr,
    private readonly stdin: NodeJS.ReadStream = process.stdin,
  ) {}

  /** Somebody looks at it and can be asked. */
  get isInteractive(): boolean {
    return !this.isJson && this.stdin.isTTY && this.stderr.isTTY;
  }

  get redraws(): boolean {
    return !this.isJson && this.stderr.isTTY;
  }

  /** What was asked for: as JSON, whole, or as lines. */
  result(value: unknown, lines: readonly string[]): void {
    this.endLine();
    this.stdout.write(this.isJson ? `${JSON.stringify(value, null, 2)}\n` : lines.map((line) => `${line}\n`).join(''));
  }

  /** Something to know on the way. */
  note(...lines: readonly string[]): void {
    if (this.isJson) return;
    this.endLine();
    this.stderr.write(lines.map((line) => `${line}\n`).join(''));
  }

  error(problem: Readonly<Record<string, unknown>>, lines: readonly string[]): void {
    this.endLine();
    this.stderr.write(this.isJson ? `${JSON.stringify(problem)}\n` : lines.map((line) => `${line}\n`).join(''));
  }

  /** A line that the next one replaces; only where the screen can redraw it. */
  status(text: string): void {
    if (!this.redraws) return;
    this.stderr.write(`\r\x1b[2K${text.slice(0, (this.stderr.columns || 100) - 1)}`);
    this.isLineOpen = true;
  }

  async ask(question: string): Promise<string> {
    this.endLine();
    const lines = createInterface({ input: this.stdin, output: this.stderr });
    try {
      return (await lines.question(question)).trim();
    } finally {
      lines.close();
    }
  }

  private endLine(): void {
    if (this.isLineOpen) this.stderr.write('\r\x1b[2K');
    this.isLineOpen = false;
  }
}
