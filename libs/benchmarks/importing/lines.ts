import { isUtf8 } from 'node:buffer';

export interface Line {
  line: number;
  text: string;
}

/** Why a line or row cannot be used. `line` and `column` are 1-based; columns count UTF-16 units, as editors do. */
export interface RowProblem {
  line: number;
  column?: number;
  reason: string;
}

/** One row of an upload; `line` is where it begins. */
export interface Row {
  line: number;
  value: Record<string, unknown>;
}

export type ImportedRow = Row | RowProblem;

/** Longest line, and longest CSV record, in bytes. */
export const MAX_LINE_BYTES = 1024 * 1024;

const LF = 0x0a;

/**
 * Everything here reads in batches, as many rows as a chunk holds: a promise for each row would cost more than the row.
 * Lines of a UTF-8 stream without their LF or CRLF; a byte order mark is dropped. Splits bytes, not characters,
 * so a character across two chunks stays whole; holds at most one line, and drops the bytes of one that is too long.
 */
export async function* readLines(
  stream: AsyncIterable<Buffer | string>,
  maxBytes = MAX_LINE_BYTES,
): AsyncGenerator<(Line | RowProblem)[]> {
  const current = new LineBuffer(maxBytes);
  for await (const piece of stream) {
    const chunk = typeof piece === 'string' ? Buffer.from(piece) : piece;
    const lines: (Line | RowProblem)[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      current.add(chunk.subarray(start, end));
      lines.push(current.take());
      start = end + 1;
    }
    current.add(chunk.subarray(start));
    yield lines;
  }
  yield [current.take()];
}

class LineBuffer {
  private pieces: Buffer[] = [];
  private size = 0;
  private line = 0;

  constructor(private readonly maxBytes: number) {}

  add(bytes: Buffer): void {
    this.size += bytes.length;
    if (this.size > this.maxBytes) this.pieces = [];
    else this.pieces.push(bytes);
  }

  take(): Line | RowProblem {
    this.line += 1;
    const tooLong = this.size > this.maxBytes;
    const bytes = this.pieces.length === 1 && this.pieces[0] ? this.pieces[0] : Buffer.concat(this.pieces);
    this.pieces = [];
    this.size = 0;
    if (tooLong)
      return { line: this.line, reason: `the line is longer than ${this.maxBytes / 1024 ** 2} MiB` };
    if (!isUtf8(bytes))
      return { line: this.line, reason: 'the line is not valid UTF-8: save the file as UTF-8' };
    const text = bytes.toString();
    const from = this.line === 1 && text.startsWith('\ufeff') ? 1 : 0;
    return { line: this.line, text: text.slice(from, text.endsWith('\r') ? -1 : undefined) };
  }
}
