import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wholeEvents } from './whole-events.js';

async function* crumbs(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(text: string, size: number): Promise<string[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of wholeEvents(crumbs(text, size))) chunks.push(chunk);
  return chunks.map(String);
}

describe('wholeEvents', () => {
  it.each(['\n', '\r', '\r\n'])('waits for the end of an event, with lines that end in %j', async (end) => {
    const event = `data: 1${end}${end}`;
    expect(await collect(event.repeat(3), 1)).toEqual([event, event, event]);
  });

  it('loses and adds nothing, however the bytes come', async () => {
    const piece = fc.constantFrom('data: x', ': keep-alive', '\n', '\n\n', '\r\n', '\r', 'ü🎉');
    await fc.assert(
      fc.asyncProperty(fc.array(piece), fc.integer({ min: 1, max: 9 }), async (pieces, size) => {
        const text = pieces.join('');
        const chunks: Buffer[] = [];
        for await (const chunk of wholeEvents(crumbs(text, size))) chunks.push(chunk);
        expect(Buffer.concat(chunks).toString()).toBe(text);
      }),
    );
  });

  it('keeps up with an endless event in single bytes', async () => {
    const started = performance.now();
    expect(await collect('x'.repeat(300_000), 1)).toEqual(['x'.repeat(300_000)]);
    expect(performance.now() - started).toBeLessThan(3000);
  });
});
