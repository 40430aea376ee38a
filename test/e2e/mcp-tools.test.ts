import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProviderServer, type ProviderServer } from '#test/support/provider-server';
import { startTestService, type TestService } from '#test/support/service';

const program = resolve(import.meta.dirname, '../support/mcp-server.mjs');

describe('tools of MCP servers', () => {
  let folder: string;
  let service: TestService;
  let provider: ProviderServer;
  let overHttp: ChildProcess;
  /** What a server that has moved was asked for. */
  const asked: (string | undefined)[] = [];
  const moved = createServer((request, response) => {
    asked.push(request.url);
    response.writeHead(307, { location: '/elsewhere' }).end();
  });
  /** What the agent calls with each answer, before it says what the last tool said. */
  let plan: [name: string, args: object][];
  let names = 0;

  beforeAll(async () => {
    provider = await startProviderServer({
      answer: ({ messages }) => {
        const call = plan[messages.filter(({ role }) => role === 'assistant').length];
        if (!call) return { text: String(messages.at(-1)?.content) };
        const [name, args] = call;
        return { text: '', toolCalls: [{ id: 'c1', name, arguments: JSON.stringify(args) }] };
      },
    });
    overHttp = spawn(process.execPath, [program, 'http'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [port] = await once(overHttp.stdout as Readable, 'data');
    const url = `http://127.0.0.1:${String(port).trim()}/mcp`;
    await once(moved.listen(0, '127.0.0.1'), 'listening');
    folder = await mkdtemp(join(tmpdir(), 'mcp-'));
    const file = join(folder, 'servers.json');
    const argv = [process.execPath, program];
    await writeFile(
      file,
      JSON.stringify({
        sky: { argv },
        hasty: { argv, timeout_s: 3 },
        away: { argv: ['/no/such/program'] },
        web: { url, headers: { authorization: 'Bearer let-me-in' } },
        locked: { url },
        moved: {
          url: `http://127.0.0.1:${(moved.address() as AddressInfo).port}/mcp`,
          headers: { authorization: 'Bearer let-me-in' },
        },
      }),
    );
    service = await startTestService({ MCP_SERVERS_FILE: file, AGENT_MAX_ATTEMPTS: '2' });
    const settings = { base_url: `${provider.url}/v1` };
    await service.post('/api/v1/agents', { name: 'clerk', model: 'm', adapter: 'openai', settings });
  });
  afterAll(async () => {
    await service.close();
    await provider.close();
    overHttp.kill();
    moved.close();
    await rm(folder, { recursive: true });
  });

  const begin = async (conversation: object, metadata: object = {}) => {
    const name = `skies-${++names}`;
    const published = await service.post('/api/v1/benchmarks', {
      name,
      scoring: { scorers: [{ type: 'includes' }] },
      conversation,
      samples: [{ id: 's', input: 'How is the sky over Oslo?', target: 'rain', metadata }],
    });
    expect(published.status, JSON.stringify(published.body)).toBeLessThan(300);
    return service.post('/api/v1/runs', { benchmark: name, agents: ['clerk'] });
  };
  const runOf = async (conversation: object, metadata: object = {}) => {
    const begun = await begin(conversation, metadata);
    expect(begun.status, JSON.stringify(begun.body)).toBe(202);
    const run = await service.finish(begun.body.id);
    const [result] = (await service.get(`/api/v1/results?run_id=${run.id}`)).body.items;
    const [entry] = run.entries;
    const transcript =
      result && (await service.get(`/api/v1/results/${run.id}/${entry.id}/s/transcript`)).body;
    return { entry, result, transcript };
  };
  const told = (transcript: any) =>
    transcript.messages.filter(({ role }: any) => role === 'tool').map(({ content }: any) => content);
  const offered = () => (provider.ledger.at(-1)?.body['tools'] as any[]).map((tool) => tool.function.name);

  it.each(['sky', 'web'])('are given to the agent beside its own, and answer its calls: %s', async (mcp) => {
    plan = [
      ['sky', { city: 'Atlantis' }],
      ['sky', { city: 'Oslo' }],
    ];
    const { result, transcript } = await runOf({
      tools: [{ name: 'clock', output: '12:00' }],
      tools_from: [{ mcp, allow: ['sky', 'a.picture'] }],
    });
    expect(result).toMatchObject({ outcome: 'scored', score: 1 });
    expect(told(transcript)).toEqual(['Atlantis is nowhere', 'Oslo\nrain']);
    expect(transcript.messages.find(({ role }: any) => role === 'tool')).toMatchObject({ error: true });
    expect(offered()).toEqual(['clock', 'sky', 'a_picture']);
  });

  it('that are not allowed cannot be called', async () => {
    plan = [['die', {}]];
    const { result, transcript } = await runOf({}, { tools_from: [{ mcp: 'sky', allow: ['sky'] }] });
    expect(result).toMatchObject({ outcome: 'scored', score: 0 });
    expect(told(transcript)).toEqual(['Error: There is no tool "die". Tools: sky.']);
  });

  it.each([
    ['sky', 'die', 'tool_server_unavailable', '"die"'],
    ['hasty', 'slow', 'tool_timeout', 'within 3 s'],
    ['away', 'sky', 'tool_server_unavailable', 'ENOENT'],
    ['locked', 'sky', 'tool_server_unavailable', 'cannot be reached'],
  ])('that fail are no fault of the agent: %s, %s', async (mcp, tool, code, message) => {
    plan = [[tool, { city: 'Oslo' }]];
    const { result, transcript } = await runOf({ tools_from: [{ mcp }] });
    expect(result).toMatchObject({ outcome: 'infra_error', error_code: code, score: null });
    expect(transcript.error).toContain(`"${mcp}"`);
    expect(transcript.error).toContain(message);
  });

  it('are not looked for where a server redirects to: the key is for the one that the operator named', async () => {
    plan = [];
    const { result } = await runOf({ tools_from: [{ mcp: 'moved' }] });
    expect(result).toMatchObject({ outcome: 'infra_error', error_code: 'tool_server_unavailable' });
    expect(new Set(asked)).toEqual(new Set(['/mcp']));
  });

  it('are there again for the next trial after a server died', async () => {
    plan = [['sky', { city: 'Oslo' }]];
    expect((await runOf({ tools_from: [{ mcp: 'sky' }] })).result).toMatchObject({ score: 1 });
  });

  it.each([
    [{ tools: [{ name: 'sky', output: 'blue' }], tools_from: [{ mcp: 'sky' }] }, 'tool_name_taken', '"sky"'],
    [{ tools_from: [{ mcp: 'sky', allow: ['skye'] }] }, 'unknown_tool', 'skye'],
  ])('that could not be meant end the entry before it costs anything: %#', async (spec, code, message) => {
    const before = provider.ledger.length;
    const { entry } = await runOf(spec);
    expect(entry).toMatchObject({ error_code: code, error: expect.stringContaining(message) });
    expect(provider.ledger).toHaveLength(before);
  });

  it.each([
    [{ tools_from: [{ mcp: 'skyy' }] }, {}],
    [{}, { tools_from: [{ mcp: 'skyy' }] }],
  ])('of servers that nobody listed are refused with the run: %#', async (spec, metadata) => {
    expect(await begin(spec, metadata)).toMatchObject({
      status: 422,
      body: { code: 'unknown_tool_server', detail: expect.stringMatching(/"skyy".*Nearest known: sky/) },
    });
  });
});
