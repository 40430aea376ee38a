import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProviderServer, type ProviderServer } from '#test/support/provider-server';
import { startTestService, type TestService } from '#test/support/service';

const page = await readFile(new URL('../../docs/agents.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/^```json\n(.*?)^```/gms)].map(([, text]) => text as string);
const agents = examples.filter((text) => 'adapter' in JSON.parse(text));
const commands = examples.find((text) => !('adapter' in JSON.parse(text))) as string;

describe('the examples of docs/agents.md', () => {
  let service: TestService;
  let provider: ProviderServer;
  let bot: Server;
  let botUrl: string;
  let folder: string;

  beforeAll(async () => {
    provider = await startProviderServer({ answer: () => 'OK' });
    bot = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { question } = JSON.parse(Buffer.concat(chunks).toString());
        const allowed = request.headers.authorization === 'Bearer s3cret-value';
        const parts = [{ text: 'asked: ' }, { text: question }];
        response
          .writeHead(allowed ? 200 : 401, { 'content-type': 'application/json' })
          .end(JSON.stringify({ answer: { parts, finish: 'stop' }, usage: { in: 7, out: 3 } }));
      });
    }).listen(0, '127.0.0.1');
    await once(bot, 'listening');
    botUrl = `http://127.0.0.1:${(bot.address() as AddressInfo).port}`;
    folder = await mkdtemp(join(tmpdir(), 'agents-docs-'));
    await writeFile(join(folder, 'commands.json'), commands);
    service = await startTestService({
      OUTBOUND_ALLOWED: '127.0.0.1',
      AGENT_SECRET_BOT: `${botUrl} s3cret-value`,
      AGENT_COMMANDS_FILE: join(folder, 'commands.json'),
      PATH: process.env['PATH'],
    });
  });
  afterAll(async () => {
    await service.close();
    await provider.close();
    bot.close().closeAllConnections();
    await rm(folder, { recursive: true });
  });

  it('are there for every adapter', () => {
    expect(agents.map((text) => JSON.parse(text).adapter)).toEqual([
      'openai',
      'anthropic',
      'http',
      'command',
      'replay',
      'baseline',
    ]);
  });

  it.each(agents)('can be created and answer: %s', async (text) => {
    const here = text
      .replace('https://bot.example.com', botUrl)
      .replace('http://127.0.0.1:11434', provider.url);
    const { status, body: agent } = await service.post('/api/v1/agents', here);
    expect([status, agent.detail]).toEqual([201, undefined]);
    const { body } = await service.post(`/api/v1/agents/${agent.id}/check`);
    expect(body).toMatchObject({ ok: true, problems: [], error: null });
    const answers: Record<string, object | null> = {
      openai: { text: 'OK' },
      anthropic: { text: 'OK' },
      http: { text: 'asked: Reply with the word OK.', input_tokens: 7, output_tokens: 3 },
      command: { text: 'Reply with the word OK.', input_tokens: 9, output_tokens: 1 },
    };
    const expected = answers[agent.adapter];
    if (expected) expect(body.answer).toMatchObject({ ...expected, finish_reason: 'stop' });
    else expect(body.answer).toBeNull();
  });
});
