import { isUtf8 } from 'node:buffer';
import type { DatasetRow } from './dataset-row.js';
import { MAX_LINE_BYTES } from './lines.js';
import { parseObject } from './parse-jsonl.js';

const LF = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const BOM = [0xef, 0xbb, 0xbf];

const isSpace = (byte: number): boolean => byte === 0x20 || byte === LF || byte === 0x0d || byte === 0x09;

/** What may come next, outside of values. */
type Expected = 'document' | 'key' | 'colon' | 'value' | 'comma' | 'row' | 'row comma' | 'end';

const WANTED: Record<Expected, string> = {
  document: 'an array of objects, or an object with one, is expected',
  key: 'the name of a field in double quotes is expected',
  colon: 'a colon is expected',
  value: 'a value is expected',
  comma: 'a comma or } is expected',
  row: 'a JSON object is expected',
  'row comma': 'a comma or ] is expected',
  end: 'text follows the end of the document',
};

/** What is known of a document before it is read. */
export interface JsonDocument {
  /** The field whose array holds the rows; unset, there must be one array. */
  rows?: string;
  /** Is given the text of every other field, in the order of the file. */
  onField?: (name: string, json: string) => void;
  /** Longest row and field, in bytes. */
  maxBytes?: number;
  /** Reads a row. */
  parse?: typeof parseObject;
}

/**
 * Rows of a JSON document: an array of objects, or an object of which one field is such an array. Holds one row at a
 * time, by default of at most 1 MiB. A bad row is reported and the next one read; where the document itself is broken, reading ends.
 */
export async function* parseJson(
  stream: AsyncIterable<Buffer | string>,
  document: JsonDocument = {},
): AsyncGenerator<DatasetRow[]> {
  const reader = new JsonReader(document);
  for await (const piece of stream) {
    yield [...reader.read(typeof piece === 'string' ? Buffer.from(piece) : piece)];
    if (reader.isBroken) return;
  }
  yield [...reader.end()];
}

class JsonReader {
  isBroken = false;
  private expected: Expected = 'document';
  /** Inside the object around the array. */
  private isWrapped = false;
  private arrays: string[] = [];
  private key = '';
  private row = 0;
  private line = 1;
  /** Bytes before this chunk, and those before the line: columns are counted in bytes. */
  private offset = 0;
  private lineStart = 0;
  private value: ValueScanner | undefined;

  constructor(private readonly document: JsonDocument) {}

  *read(chunk: Buffer): Generator<DatasetRow> {
    let at = 0;
    if (this.offset === 0 && BOM.every((byte, i) => chunk[i] === byte)) at = this.lineStart = BOM.length;
    while (at < chunk.length) {
      if (this.value) {
        const from = at;
        at = this.value.scan(chunk, at);
        this.countLines(chunk, from, at);
        if (!this.value.isComplete) break;
        yield* this.finish(this.value);
        this.value = undefined;
      } else {
        const byte = chunk[at] as number;
        if (!isSpace(byte)) {
          const column = this.offset + at - this.lineStart + 1;
          if (!this.take(byte, column)) {
            yield this.broken(WANTED[this.expected], column);
            return;
          }
          // A value's first byte is the scanner's.
          if (this.value) continue;
        }
        this.countLines(chunk, at, at + 1);
        at += 1;
      }
    }
    this.offset += chunk.length;
  }

  *end(): Generator<DatasetRow> {
    const inside = this.expected === 'document' ? 'is empty' : 'ends before its JSON does';
    if (this.expected !== 'end') yield this.broken(`the file ${inside}`);
    else if (this.isWrapped && this.arrays.length !== 1 && this.document.rows === undefined) {
      const found = this.arrays.length === 0 ? 'none' : this.arrays.map((name) => `'${name}'`).join(' and ');
      yield { line: 1, reason: `one field of the object must be the array of rows; there is ${found}` };
    }
  }

  private broken(reason: string, column?: number): DatasetRow {
    this.isBroken = true;
    return { line: this.line, column, reason: `invalid JSON: ${reason}` };
  }

  /** Goes on by one byte outside of values. @returns whether it is one that may stand there. */
  private take(byte: number, column: number): boolean {
    const next = this.next(byte);
    if (next === undefined) return false;
    if (next === 'scan') {
      const isKept = this.expected !== 'value' || this.document.onField !== undefined;
      this.value = new ValueScanner(this.line, column, isKept, this.document);
    } else this.expected = next;
    return true;
  }

  private next(byte: number): Expected | 'scan' | undefined {
    switch (this.expected) {
      case 'document':
        if (byte === OPEN_OBJECT) this.isWrapped = true;
        return byte === OPEN_LIST ? 'row' : byte === OPEN_OBJECT ? 'key' : undefined;
      case 'key':
        return byte === QUOTE ? 'scan' : undefined;
      case 'colon':
        return byte === COLON ? 'value' : undefined;
      case 'value':
        if (byte !== OPEN_LIST || this.key !== (this.document.rows ?? this.key)) {
          return beginsValue(byte) ? 'scan' : undefined;
        }
        this.arrays.push(this.key);
        // The rows of a second array would be read as those of the first; the end of the document reports it.
        return this.arrays.length === 1 ? 'row' : 'scan';
      case 'row':
        if (byte === CLOSE_LIST && this.row === 0) return this.afterRows();
        return beginsValue(byte) ? 'scan' : undefined;
      case 'row comma':
        return byte === COMMA ? 'row' : byte === CLOSE_LIST ? this.afterRows() : undefined;
      case 'comma':
        return byte === COMMA ? 'key' : byte === CLOSE_OBJECT ? 'end' : undefined;
      case 'end':
        return undefined;
    }
  }

  private afterRows(): Expected {
    return this.isWrapped ? 'comma' : 'end';
  }

  private *finish(value: ValueScanner): Generator<DatasetRow> {
    if (this.expected === 'key') {
      this.key = value.bytes()?.toString().slice(1, -1) ?? '';
      this.expected = 'colon';
    } else if (this.expected === 'value') {
      const json = value.bytes()?.toString();
      if (json !== undefined) this.document.onField?.(this.key, json);
      this.expected = 'comma';
    } else {
      this.row += 1;
      this.expected = 'row comma';
      yield { row: this.row, ...value.toRow() };
    }
  }

  private countLines(chunk: Buffer, from: number, to: number): void {
    for (let at = from; at < to; at += 1) {
      if (chunk[at] !== LF) continue;
      this.line += 1;
      this.lineStart = this.offset + at + 1;
    }
  }
}

const beginsValue = (byte: number): boolean =>
  byte !== COMMA && byte !== COLON && byte !== CLOSE_LIST && byte !== CLOSE_OBJECT;

/** Finds the end of one JSON value in chunks of bytes, and keeps them if they are wanted and not too many. */
class ValueScanner {
  isComplete = false;
  private pieces: Buffer[] = [];
  private size = 0;
  private depth = 0;
  private inString = false;
  private escaped = false;
  private readonly maxBytes: number;
  private readonly parse: typeof parseObject;

  constructor(
    private readonly line: number,
    private readonly column: number,
    private readonly isKept: boolean,
    { maxBytes = MAX_LINE_BYTES, parse = parseObject }: JsonDocument,
  ) {
    this.maxBytes = maxBytes;
    this.parse = parse;
  }

  /** @returns the place behind the value, or the end of the chunk. */
  scan(chunk: Buffer, from: number): number {
    const to = this.findEnd(chunk, from);
    if (!this.isKept) return to;
    this.size += to - from;
    if (this.size > this.maxBytes) this.pieces = [];
    else this.pieces.push(chunk.subarray(from, to));
    return to;
  }

  private findEnd(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at += 1) {
      const byte = chunk[at] as number;
      if (this.inString) {
        if (this.escaped) this.escaped = false;
        else if (byte === BACKSLASH) this.escaped = true;
        else if (byte === QUOTE) this.inString = false;
        if (this.inString || this.depth > 0) continue;
        this.isComplete = true;
        return at + 1;
      }
      switch (byte) {
        case QUOTE:
          this.inString = true;
          break;
        case OPEN_LIST:
        case OPEN_OBJECT:
          this.depth += 1;
          break;
        case CLOSE_LIST:
        case CLOSE_OBJECT:
          if (this.depth > 1) this.depth -= 1;
          else {
            this.isComplete = true;
            return this.depth === 1 ? at + 1 : at;
          }
          break;
        default:
          if (this.depth > 0) break;
          // A number, true, false or null ends where something else begins.
          if (byte !== COMMA && !isSpace(byte)) break;
          this.isComplete = true;
          return at;
      }
    }
    return chunk.length;
  }

  /** Undefined where they are too many. */
  bytes(): Buffer | undefined {
    return this.size > this.maxBytes ? undefined : Buffer.concat(this.pieces);
  }

  toRow(): DatasetRow {
    const place = { line: this.line, column: this.column };
    const bytes = this.bytes();
    if (!bytes) return { ...place, reason: `the row is longer than ${this.maxBytes / 1024 ** 2} MiB` };
    if (!isUtf8(bytes)) return { ...place, reason: 'the row is not valid UTF-8: save the file as UTF-8' };
    const parsed = this.parse(bytes.toString());
    if ('value' in parsed) return { line: this.line, value: parsed.value };
    return { ...this.placeOf(bytes.toString(), parsed.column), reason: parsed.reason };
  }

  /** Where in the file the column-th character of the value stands. */
  private placeOf(text: string, column: number): { line: number; column: number } {
    const before = text.slice(0, column - 1).split('\n');
    const last = before.at(-1)?.length ?? 0;
    return {
      line: this.line + before.length - 1,
      column: before.length === 1 ? this.column + last : last + 1,
    };
  }
}
