export interface Piece {
  kind: 'same' | 'removed' | 'added';
  text: string;
}

/** The table of lengths has one number for each pair of words: 16 MB at this many. */
const MAX_PAIRS = 4_000_000;

const WORDS = /\s+|[\p{L}\p{N}_]+|./gsu;
const LINES = /[^\n]*\n|[^\n]+/g;

/** What was taken away and what was put in to come from one text to another, by words; of long texts, by lines. */
export function wordDiff(before: string, after: string): Piece[] {
  for (const unit of [WORDS, LINES]) {
    const pieces = diff(before.match(unit) ?? [], after.match(unit) ?? []);
    if (pieces) return pieces;
  }
  return joined([
    { kind: 'removed', text: before },
    { kind: 'added', text: after },
  ]);
}

/** By a longest common subsequence; undefined where there are too many units. */
function diff(before: string[], after: string[]): Piece[] | undefined {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (
    end < Math.min(before.length, after.length) - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end++;
  const a = before.slice(start, before.length - end);
  const b = after.slice(start, after.length - end);
  if (a.length * b.length > MAX_PAIRS) return undefined;

  // lengths[i * width + j]: of what a from i and b from j on have in common.
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));

  const pieces: Piece[] = before.slice(0, start).map((text) => ({ kind: 'same', text }));
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      pieces.push({ kind: 'same', text: a[i++] as string });
      j++;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1)))
      pieces.push({ kind: 'removed', text: a[i++] as string });
    else pieces.push({ kind: 'added', text: b[j++] as string });
  }
  for (const text of before.slice(before.length - end)) pieces.push({ kind: 'same', text });
  return joined(pieces);
}

/** Neighbours of one kind as one, and none that is empty. */
function joined(pieces: Piece[]): Piece[] {
  const result: Piece[] = [];
  for (const { kind, text } of pieces) {
    const last = result.at(-1);
    if (last?.kind === kind) last.text += text;
    else if (text) result.push({ kind, text });
  }
  return result;
}
