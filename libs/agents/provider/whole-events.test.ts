import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wholeEvents } from './whole-events.js';

async function* crumbs(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(text: string, size: number): Promise<string[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of wholeEvents(crumbs(text, size), 60_000)) chunks.push(chunk);
  return chunks.map(String);
}

async function* every(ms: number, pieces: string[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) {
    await sleep(ms);
    yield Buffer.from(piece);
  }
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
        for await (const chunk of wholeEvents(crumbs(text, size), 60_000)) chunks.push(chunk);
        expect(Buffer.concat(chunks).toString()).toBe(text);
      }),
    );
  });

  it.each([': keep-alive\n\n', '\r\n', 'event: ping\ndata: {"type": "ping"}\n\n', ': a comment of '])(
    'ends a stream of which nothing comes but %j',
    async (sign) => {
      const read = async (): Promise<void> => {
        for await (const _ of wholeEvents(every(20, Array<string>(100).fill(sign)), 100));
      };
      await expect(read()).rejects.toMatchObject({ code: 'provider_timeout', kind: 'retryable' });
    },
  );

  it('bears signs of life between contents', async () => {
    const pieces = Array<string>(30).fill(': keep-alive\n\n');
    for (const at of [5, 10, 15, 20, 25]) pieces[at] = 'data: x\n\n';
    let chunks = 0;
    for await (const _ of wholeEvents(every(20, pieces), 400)) chunks++;
    expect(chunks).toBe(30);
  });

  it('keeps up with an endless event in single bytes', async () => {
    const started = performance.now();
    expect(await collect('x'.repeat(300_000), 1)).toEqual(['x'.repeat(300_000)]);
    expect(performance.now() - started).toBeLessThan(3000);
  });
});
