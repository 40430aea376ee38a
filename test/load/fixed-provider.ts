import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A provider that costs next to nothing: one fixed Chat Completions answer, after the milliseconds of its argument.
 * Prints its URL; ends with its parent.
 */
const latencyMs = Number(process.argv[2]);

const ANSWER = JSON.stringify({
  id: 'chatcmpl-fixed',
  object: 'chat.completion',
  created: 0,
  model: 'fixed',
  choices: [
    {
      index: 0,
      finish_reason: 'stop',
      message: { role: 'assistant', content: 'So the answer is 42.', refusal: null },
    },
  ],
  usage: { prompt_tokens: 20, completion_tokens: 7, total_tokens: 27 },
});

const server = createServer((request, response) => {
  const answer = (): void => {
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': ANSWER.length })
      .end(ANSWER);
  };
  request.resume().on('end', () => (latencyMs > 0 ? setTimeout(answer, latencyMs) : answer()));
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.stdin.resume().on('end', () => process.exit(0));
