/** A line for each item, a piece for each batch. */
export async function* writeJsonl(batches: AsyncIterable<unknown[]>): AsyncGenerator<string> {
  for await (const batch of batches) yield batch.map((item) => `${JSON.stringify(item)}\n`).join('');
}
