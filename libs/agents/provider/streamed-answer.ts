import type { ToolCall } from '../agent-adapter.js';

/** Gathers an answer that comes in pieces, and notes when its first content came. Start it with the call. */
export class StreamedAnswer {
  text = '';
  ttftMs: number | null = null;
  private readonly started = performance.now();
  private readonly calls = new Map<number, ToolCall>();

  addText(piece: string): void {
    if (piece === '') return;
    this.mark();
    this.text += piece;
  }

  /** Pieces of one tool call share its `index`; some servers repeat its id and name in each. */
  addToolCall(index: number, piece: Partial<ToolCall>): void {
    this.mark();
    const call = this.calls.get(index) ?? { id: '', name: '', arguments: '' };
    call.id ||= piece.id ?? '';
    call.name ||= piece.name ?? '';
    call.arguments += piece.arguments ?? '';
    this.calls.set(index, call);
  }

  get toolCalls(): ToolCall[] {
    return [...this.calls.values()];
  }

  /** The first content is here, even if its text is taken from elsewhere. */
  mark(): void {
    this.ttftMs ??= performance.now() - this.started;
  }
}
