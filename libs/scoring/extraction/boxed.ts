const BOX = '\\boxed{';

/** The content of the last LaTeX `\boxed{…}` with balanced braces, or null: where maths models put the final answer. */
export function lastBoxed(text: string): string | null {
  const start = text.lastIndexOf(BOX);
  if (start < 0) return null;
  const from = start + BOX.length;
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '{') depth += 1;
    else if (text[at] === '}') depth -= 1;
    if (depth === 0) return text.slice(from, at);
  }
  return null;
}
