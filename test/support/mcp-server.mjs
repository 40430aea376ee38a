// node test/support/mcp-server.mjs          over stdio
// node test/support/mcp-server.mjs http     over HTTP on a port of 127.0.0.1 that it prints, to whoever sends
//                                           "authorization: Bearer let-me-in"
// A server of tools, for tests that start it as an operator would.
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

const say = (...texts) => ({ content: texts.map((one) => ({ type: 'text', text: one })) });
const none = { inputSchema: z.object({}) };
const skies = { Oslo: 'rain', Rome: 'sun' };

function tools() {
  const server = new McpServer({ name: 'weather', version: '1.0.0' }, { capabilities: { tools: {} } });
  server.registerTool(
    'sky',
    { description: 'The sky over a city.', inputSchema: z.object({ city: z.string() }) },
    ({ city }) => (skies[city] ? say(city, skies[city]) : { ...say(`${city} is nowhere`), isError: true }),
  );
  server.registerTool('a.picture', none, () => ({
    content: [
      { type: 'text', text: 'Look:' },
      { type: 'image', data: 'aGk=', mimeType: 'image/png' },
      { type: 'resource_link', uri: 'file:///sky.txt', name: 'sky' },
    ],
  }));
  server.registerTool('slow', none, async (_, { mcpReq }) => {
    await sleep(60_000, undefined, { signal: mcpReq?.signal });
    return say('late');
  });
  server.registerTool('long', none, () => say('x'.repeat(70_000)));
  server.registerTool('die', none, () => {
    process.stderr.write(`no more ${process.env.SKY_TOKEN}\n`, () => process.exit(3));
    return sleep(60_000);
  });
  server.registerTool('processes', none, () => {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'inherit' });
    return say(JSON.stringify([process.pid, child.pid]));
  });
  server.registerTool('environment', none, () => say(JSON.stringify(process.env)));
  server.registerTool('grow', none, () => {
    server.registerTool('grown', none, () => say('here'));
    return say('done');
  });
  return server;
}

if (process.argv[2] !== 'http') serveStdio(tools);
else {
  const handler = createMcpHandler(tools);
  const listening = createServer(async (request, response) => {
    const { method, headers, url } = request;
    if (headers.authorization !== 'Bearer let-me-in') return response.writeHead(401).end();
    const body = method === 'POST' ? await text(request) : undefined;
    const answer = await handler.fetch(new Request(`http://127.0.0.1${url}`, { method, headers, body }));
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    for await (const chunk of answer.body ?? []) response.write(chunk);
    response.end();
  }).listen(0, '127.0.0.1', () => console.log(listening.address().port));
}
