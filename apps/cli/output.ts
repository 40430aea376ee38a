import { printable } from './terminal/printable.js';

/** Answers go to standard output, as tables or with --json as one document; all that is said beside goes to standard error. */
export class Output {
  constructor(readonly json: boolean) {}

  /** The terminal's, which `script`, `watch` and the like leave at 0; what is piped on is not cut. */
  get width(): number {
    return process.stdout.isTTY ? process.stdout.columns || 80 : Infinity;
  }

  /** What the command was asked for. @param lines for people; made only where they are wanted */
  answer(value: unknown, lines: () => string[]): void {
    const text = this.json ? JSON.stringify(value, null, 2) : lines().map(printable).join('\n');
    if (text !== '') process.stdout.write(`${text}\n`);
  }

  note(line: string): void {
    process.stderr.write(`${printable(line)}\n`);
  }
}
