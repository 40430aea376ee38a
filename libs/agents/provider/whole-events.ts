import { onlySignsOfLife } from './provider-failure.js';

/** An empty line ends an event (WHATWG HTML, 9.2.6); lines end in any of the three ways. */
const EVENT_END = /\n\n|\r\r|\r\n\r\n/;
const LINE_END = /\r\n|\n|\r/;
const LONGEST_END = 4;
const MAX_PARTS = 1024;
/** By which a server only says that it is still there: comments, and the `ping` events of Messages. */
const SIGN_OF_LIFE = /^(:.*|event: ?ping|data: ?\{ ?"type": ?"ping" ?\}|)$/;
/** Of an unfinished line so much is kept as tells whether it is one. */
const SIGN_LENGTH = 40;

/**
 * Hands a stream of server-sent events on in chunks that each end at least one event. The SDKs copy and search all
 * that they hold for each chunk: a server that sends an endless event in crumbs would keep the process busy.
 * @throws AgentError `provider_timeout` where for so long nothing came but signs of life, which keep a connection
 * open but are no answer. (That nothing at all comes is noticed by whoever reads the body.)
 */
export async function* wholeEvents(body: AsyncIterable<Buffer>, idleMs: number): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let tail = '';
  let beginning = '';
  let lastContent = performance.now();
  for await (const chunk of body) {
    held.push(chunk);
    const text = chunk.toString('latin1');
    const lines = (beginning + text).split(LINE_END);
    beginning = lines.at(-1)?.slice(0, SIGN_LENGTH) ?? '';
    if (lines.some((line) => !SIGN_OF_LIFE.test(line))) lastContent = performance.now();
    else if (performance.now() - lastContent > idleMs) throw onlySignsOfLife(idleMs);
    const seen = tail + text;
    const unfinished = seen.split(EVENT_END).at(-1) ?? '';
    tail = unfinished.slice(1 - LONGEST_END);
    if (unfinished !== seen) {
      yield Buffer.concat(held);
      held = [];
    } else if (held.length === MAX_PARTS) held = [Buffer.concat(held)];
  }
  if (held.length > 0) yield Buffer.concat(held);
}
