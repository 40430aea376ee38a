/** An empty line ends an event (WHATWG HTML, 9.2.6); lines end in any of the three ways. */
const EVENT_END = /\n\n|\r\r|\r\n\r\n/;
const LONGEST_END = 4;
const MAX_PARTS = 1024;

/**
 * Hands a stream of server-sent events on in chunks that each end at least one event. The SDKs copy and search all
 * that they hold for each chunk: a server that sends an endless event in crumbs would keep the process busy.
 * Comments (`: keep-alive`) pass as events do, so they keep an idle connection open until the total time-out; a
 * limit on time without an event would stand here.
 */
export async function* wholeEvents(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let tail = '';
  for await (const chunk of body) {
    held.push(chunk);
    const seen = tail + chunk.toString('latin1');
    const unfinished = seen.split(EVENT_END).at(-1) ?? '';
    tail = unfinished.slice(1 - LONGEST_END);
    if (unfinished !== seen) {
      yield Buffer.concat(held);
      held = [];
    } else if (held.length === MAX_PARTS) held = [Buffer.concat(held)];
  }
  if (held.length > 0) yield Buffer.concat(held);
}
