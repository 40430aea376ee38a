import { z } from 'zod';

const vectorSchema = z.array(z.number()).min(1).max(20_000);

/** Reads what an embeddings agent answered, a JSON list of numbers, as a vector of length 1; null where it is none. */
export function readEmbedding(text: string): Float64Array | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const { success, data } = vectorSchema.safeParse(json);
  if (!success) return null;
  const length = Math.hypot(...data);
  // Of a vector without a direction nothing can be told.
  return length > 0 && Number.isFinite(length) ? Float64Array.from(data, (value) => value / length) : null;
}

/** Cosine similarity of two vectors of length 1, in [−1, 1]; null where they are of different models. */
export function cosine(a: Float64Array, b: Float64Array): number | null {
  if (a.length !== b.length) return null;
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return Math.max(-1, Math.min(1, sum));
}
