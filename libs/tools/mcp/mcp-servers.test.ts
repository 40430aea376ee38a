import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeAll, afterAll, describe, expect, it } from 'vitest';
import { AppConfig } from '#libs/config';
import type { ServedTool, ToolSource } from '../tool-servers.js';
import { McpServers } from './mcp-servers.js';

const program = resolve(import.meta.dirname, '../../../test/support/mcp-server.mjs');

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('servers of tools that are programs', () => {
  let folder: string;
  let servers: McpServers | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  afterEach(async () => {
    await servers?.onApplicationShutdown();
    servers = undefined;
  });

  const start = async (more: object = {}): Promise<McpServers> => {
    const file = join(folder, 'servers.json');
    const sky = { argv: [process.execPath, program], env: ['SKY_TOKEN'], ...more };
    await writeFile(file, JSON.stringify({ sky }));
    const { PATH } = process.env;
    servers = new McpServers(
      new AppConfig({ MCP_SERVERS_FILE: file, PATH, SKY_TOKEN: 'tok-1234', OTHER: 'x' }),
    );
    return servers;
  };
  const never = new AbortController().signal;
  const toolsOf = async (of: McpServers, source: Partial<ToolSource> = {}) => {
    const tools = await of.tools({ mcp: 'sky', ...source }, never);
    return new Map(tools.map((tool) => [tool.name, tool]));
  };
  const use = (tools: Map<string, ServedTool>, name: string, args = {}, signal = never) =>
    (tools.get(name) as ServedTool).call(args, signal);

  it('list their tools under names that providers take, and answer calls', async () => {
    const tools = await toolsOf(await start());
    expect(tools.get('sky')).toMatchObject({
      description: 'The sky over a city.',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    });
    expect(await use(tools, 'sky', { city: 'Oslo' })).toEqual({ content: 'Oslo\nrain' });
    expect(await use(tools, 'sky', { city: 'Atlantis' })).toEqual({
      content: 'Atlantis is nowhere',
      error: true,
    });
    expect(await use(tools, 'sky', { town: 1 })).toMatchObject({
      content: expect.stringContaining('city'),
      error: true,
    });
    expect(await use(tools, 'a_picture')).toEqual({
      content: 'Look:\n[image left out: image/png]\n[resource left out: file:///sky.txt]',
    });
    expect(await use(tools, 'long')).toEqual({
      content: 'Error: The result has more than 65536 characters.',
      error: true,
    });
  });

  it('get no environment but what the operator passes', async () => {
    const { content } = await use(await toolsOf(await start()), 'environment');
    expect(Object.keys(JSON.parse(content)).sort()).toEqual(['PATH', 'SKY_TOKEN']);
  });

  it('give the tools that are allowed and no others', async () => {
    const of = await start();
    expect([...(await toolsOf(of, { allow: ['long', 'sky'] })).keys()]).toEqual(['long', 'sky']);
    await expect(toolsOf(of, { allow: ['skye'] })).rejects.toMatchObject({
      kind: 'configuration',
      code: 'unknown_tool',
      message: expect.stringMatching(/"sky" has no tool "skye".*Nearest known: sky/),
    });
    await expect(toolsOf(of, { mcp: 'skies' })).rejects.toMatchObject({
      kind: 'configuration',
      code: 'unknown_tool_server',
    });
    expect(of.problem('sky')).toBeNull();
    expect(of.problem('skies')).toMatch(/"skies".*MCP_SERVERS_FILE.*Nearest known: sky\./);
  });

  it('are started once, and list anew what has changed', async () => {
    const of = await start();
    const [tools] = await Promise.all([toolsOf(of), toolsOf(of)]);
    expect(await use(tools, 'grow')).toEqual({ content: 'done' });
    await expect.poll(async () => (await toolsOf(of)).has('grown'), { timeout: 10_000 }).toBe(true);
    expect(await use(await toolsOf(of), 'grown')).toEqual({ content: 'here' });
  });

  it('that die are named with their last words but no secret, and are started again', async () => {
    const of = await start();
    const tools = await toolsOf(of);
    await expect(use(tools, 'die')).rejects.toMatchObject({
      kind: 'retryable',
      code: 'tool_server_unavailable',
      message: expect.stringMatching(/"sky" failed.*"die".*stderr: "no more \[SKY_TOKEN\]"/),
    });
    // What the trial had of it is gone: another process would know nothing of its calls.
    await expect(use(tools, 'sky', { city: 'Oslo' })).rejects.toMatchObject({
      code: 'tool_server_unavailable',
    });
    expect(await use(await toolsOf(of), 'sky', { city: 'Rome' })).toEqual({ content: 'Rome\nsun' });
  });

  it('end, with all that they started, when the worker does', async () => {
    const of = await start();
    const { content } = await use(await toolsOf(of), 'processes');
    const pids = JSON.parse(content) as number[];
    expect(pids.filter(isAlive)).toEqual(pids);
    await of.onApplicationShutdown();
    await expect.poll(() => pids.filter(isAlive), { timeout: 10_000 }).toEqual([]);
    await expect(toolsOf(of)).rejects.toMatchObject({ code: 'tool_server_unavailable' });
  });

  it('that are slow fail the call and go on', async () => {
    const of = await start({ timeout_s: 3 });
    const tools = await toolsOf(of);
    await expect(use(tools, 'slow')).rejects.toMatchObject({
      kind: 'retryable',
      code: 'tool_timeout',
      message: 'The tool "slow" of the server "sky" did not answer within 3 s.',
    });
    expect(await use(tools, 'sky', { city: 'Oslo' })).toMatchObject({ content: 'Oslo\nrain' });
  });

  it('hear no more of a call that its trial gives up, running or waiting', async () => {
    const tools = await toolsOf(await start({ concurrency: 1 }));
    const trial = new AbortController();
    const calls = [1, 2].map(() => use(tools, 'slow', {}, trial.signal));
    trial.abort(new Error('given up'));
    for (const call of calls) await expect(call).rejects.toThrow('given up');
    expect(await use(tools, 'sky', { city: 'Oslo' })).toMatchObject({ content: 'Oslo\nrain' });
  });

  it.each([
    ['/no/such/program'],
    [process.execPath, '-e', 'console.log("hello"); setTimeout(() => {}, 60000)'],
  ])('that are none are named: %s', async (...argv) => {
    await expect(toolsOf(await start({ argv, timeout_s: 3 }))).rejects.toMatchObject({
      kind: 'retryable',
      code: 'tool_server_unavailable',
      message: expect.stringContaining('"sky" failed. It cannot be reached'),
    });
  });
});
