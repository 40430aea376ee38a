/** Highest product of two lengths, in tokens: about half a second. */
export const MAX_COMPARED = 5e9;

const BITS = 32;

/**
 * Length of the longest common subsequence, 32 cells of the table at a time (Hyyrö 2004, "Bit-parallel LCS-length
 * computation revisited"): V' = (V + (V & M)) | (V & ~M), where M marks the places of a token and the zeros of V count.
 */
export function commonSubsequence(left: readonly string[], right: readonly string[]): number {
  const places = new Map<string, number[]>();
  left.forEach((token, at) => {
    const known = places.get(token);
    if (known) known.push(at);
    else places.set(token, [at]);
  });
  const words = Math.ceil(left.length / BITS);
  const row = new Uint32Array(words).fill(0xffffffff);
  const scratch = new Uint32Array(words);
  // Marking a token that has more places than there are words would cost more than the step: at most 32 such are kept.
  const kept = new Map<string, Uint32Array>();
  for (const token of right) {
    const at = places.get(token);
    if (!at) continue;
    const dense = at.length > words;
    let marks = kept.get(token);
    if (!marks) {
      marks = dense ? new Uint32Array(words) : scratch.fill(0);
      for (const place of at) marks[Math.floor(place / BITS)]! |= 1 << (place % BITS);
      if (dense) kept.set(token, marks);
    }
    let carry = 0;
    for (let word = 0; word < words; word++) {
      const bits = row[word]!;
      const sum = bits + ((bits & marks[word]!) >>> 0) + carry;
      carry = sum > 0xffffffff ? 1 : 0;
      row[word] = sum | (bits & ~marks[word]!);
    }
  }
  let length = 0;
  for (let at = 0; at < left.length; at++) if (!(row[Math.floor(at / BITS)]! & (1 << (at % BITS)))) length++;
  return length;
}
