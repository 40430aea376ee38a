import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentCommand } from '#libs/config';
import type { AgentRequest, AgentResponse } from '../agent-adapter.js';
import type { AgentError } from '../agent-error.js';
import { costUsd } from '../pricing/cost-usd.js';
import { agentAdapterContract, agentRequest, agentSpec } from '../testing/index.js';
import { CommandAdapterFactory } from './command-adapter-factory.js';

/** Node programs: `input` is what came on stdin. */
const program = (body: string): string[] => [
  process.execPath,
  '-e',
  `const input = JSON.parse(require('fs').readFileSync(0, 'utf8')); const say = (value) => process.stdout.write(JSON.stringify(value)); ${body}`,
];
const command = (body: string, options: Partial<AgentCommand> = {}): AgentCommand => ({
  argv: program(body),
  env: { PATH: process.env['PATH'] ?? '' },
  timeout_s: 30,
  output: 'json',
  concurrency: 4,
  ...options,
});

const factoryOf = (one: AgentCommand, maxBytes = 1024 * 1024): CommandAdapterFactory =>
  new CommandAdapterFactory(new Map([['bot', one]]), maxBytes);
const agentOf = (settings: Record<string, unknown> = { command: 'bot' }) =>
  agentSpec({ adapter: 'command', model: 'm', settings });

function run(
  one: AgentCommand,
  request: Partial<AgentRequest> = {},
  signal = new AbortController().signal,
  maxBytes?: number,
): Promise<AgentResponse> {
  return factoryOf(one, maxBytes).create(agentOf()).complete(agentRequest('6 * 7?', request), signal);
}
const failure = async (one: AgentCommand, maxBytes?: number): Promise<AgentError> =>
  (await run(one, {}, undefined, maxBytes).catch((thrown: unknown) => thrown)) as AgentError;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

let pace = '';
agentAdapterContract('command', async () => ({
  factory: factoryOf(
    command(
      `const said = input.messages.at(-1).content;
       if (said === 'fail') process.exit(3);
       setTimeout(() => say({ text: 'Echo: ' + said, usage: { input_tokens: 3, output_tokens: 2 } }), said.startsWith('slow') ? 3000 : 0);`,
    ),
  ),
  agent: agentOf(),
  request: (index) => agentRequest(`${pace}question ${index}`),
  slow: () => {
    pace = 'slow ';
  },
  failing: () => agentRequest('fail'),
}));

describe('the command adapter', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'command-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** A program that starts another, tells the ids of both in a file, and hangs. @returns them once they are there. */
  const hanging = (file: string, options: Partial<AgentCommand> = {}): AgentCommand =>
    command(
      `const child = require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'inherit' });
       const fs = require('fs');
       fs.writeFileSync(${JSON.stringify(file)} + '.part', JSON.stringify([process.pid, child.pid]));
       fs.renameSync(${JSON.stringify(file)} + '.part', ${JSON.stringify(file)});
       setTimeout(() => {}, 60000);`,
      options,
    );
  const pidsIn = (file: string): Promise<number[]> =>
    expect
      .poll(() => readFile(file, 'utf8').catch(() => ''), { timeout: 10_000 })
      .not.toBe('')
      .then(async () => JSON.parse(await readFile(file, 'utf8')) as number[]);
  const expectGone = async (pids: number[]): Promise<void> => {
    await expect.poll(() => pids.filter(isAlive), { timeout: 5000 }).toEqual([]);
  };

  it('gives the request on stdin, never the target, and no environment but what the operator passes', async () => {
    const { text } = await run(
      command('say({ text: JSON.stringify([input, process.env]) })', { env: { PATH: '/bin', TOKEN: 'abc' } }),
      { settings: { temperature: 0, maxTokens: 9, stop: ['\n'] } },
    );
    expect(JSON.parse(text)).toEqual([
      {
        model: 'm',
        messages: [{ role: 'user', content: '6 * 7?' }],
        settings: { temperature: 0, max_tokens: 9, stop: ['\n'] },
        trial: { sample_id: 'sample-1', epoch: 1, seed: 7 },
      },
      { PATH: '/bin', TOKEN: 'abc' },
    ]);
  });

  it('reads text, usage, tool calls and finish reason as JSON', async () => {
    const answer = {
      text: 'Look',
      usage: { input_tokens: 10, output_tokens: 5, cached_input_tokens: 4 },
      tool_calls: [
        { id: 'c1', name: 'look', arguments: { x: 1 } },
        { name: 'look', arguments: '{"x":2}' },
      ],
    };
    expect(await run(command(`say(${JSON.stringify(answer)})`))).toEqual({
      text: 'Look',
      usage: { inputTokens: 10, outputTokens: 5, cachedInputTokens: 4 },
      toolCalls: [
        { id: 'c1', name: 'look', arguments: '{"x":1}' },
        { id: '', name: 'look', arguments: '{"x":2}' },
      ],
      finishReason: 'tool_calls',
      ttftMs: null,
      rawId: null,
    });
  });

  it('takes stdout for text where it is told to, also from a program that reads no stdin', async () => {
    const echo = command('', { argv: ['/bin/echo', '$HOME', '; id', '`id`'], output: 'text' });
    // No shell has seen these.
    expect(await run(echo)).toMatchObject({ text: '$HOME ; id `id`', usage: null, toolCalls: [] });
  });

  it('runs in its own folder', async () => {
    expect(await run(command('say({ text: process.cwd() })', { cwd: folder }))).toMatchObject({
      text: folder,
    });
  });

  it.each<[string, AgentError['kind'], AgentCommand, RegExp]>([
    [
      'command_failed',
      'agent_fault',
      command("process.stderr.write('line 1\\n' + 'no such\\nmodel\\n'); process.exitCode = 3"),
      /"bot" exited with 3\. It last wrote to stderr: "line 1 no such model"\./,
    ],
    ['command_failed', 'retryable', command('process.exit(75)'), /75/],
    ['command_killed', 'agent_fault', command("process.kill(process.pid, 'SIGTERM')"), /SIGTERM/],
    ['command_output_invalid', 'agent_fault', command("console.log('hello')"), /no JSON/],
    ['command_output_invalid', 'agent_fault', command('say({ txt: 1 })'), /text: /],
    ['command_not_started', 'configuration', command('', { argv: ['/no/such/program'] }), /ENOENT/],
    ['command_not_started', 'configuration', command('', { cwd: '/no/such/folder' }), /ENOENT/],
    ['command_not_started', 'configuration', command('', { argv: ['/etc/passwd'] }), /EACCES/],
    ['command_timeout', 'retryable', command('setTimeout(() => {}, 60000)', { timeout_s: 0.5 }), /0\.5 s/],
  ])('fails with %s (%s)', async (code, kind, one, message) => {
    expect(await failure(one)).toMatchObject({
      name: 'AgentError',
      code,
      kind,
      message: expect.stringMatching(message),
    });
  });

  it('stops one that writes without end', async () => {
    const endless = command("const more = () => process.stdout.write('x'.repeat(65536), more); more();");
    expect(await failure(endless, 100_000)).toMatchObject({
      kind: 'agent_fault',
      code: 'command_output_too_large',
    });
  });

  it('shows the end of stderr only, and no value of its environment', async () => {
    const env = { PATH: process.env['PATH'] ?? '', API_TOKEN: 'tok-12345' };
    const { message } = await failure(
      command("process.stderr.write('x'.repeat(100000) + process.env.API_TOKEN); process.exitCode = 1", {
        env,
      }),
    );
    expect(message).toMatch(/x\[API_TOKEN\]"\.$/);
    expect(message).not.toContain('tok-12345');
    expect(message.length).toBeLessThan(500);
  });

  it('ends, with all that it started, when its time is over', async () => {
    const file = join(folder, 'timeout.json');
    const failed = failure(hanging(file, { timeout_s: 5 }));
    const pids = await pidsIn(file);
    expect(await failed).toMatchObject({ code: 'command_timeout' });
    await expectGone(pids);
  });

  it('ends, with all that it started, when the call is aborted', async () => {
    const file = join(folder, 'abort.json');
    const controller = new AbortController();
    const reason = new Error('the run was cancelled');
    const call = run(hanging(file), {}, controller.signal).catch((thrown: unknown) => thrown);
    const pids = await pidsIn(file);
    controller.abort(reason);
    expect(await call).toBe(reason);
    await expectGone(pids);
  });

  it('leaves nothing behind that it started, when it answers', async () => {
    const { text } = await run(
      command(
        `const child = require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'inherit' });
         child.unref();
         say({ text: String(child.pid) });`,
      ),
    );
    await expectGone([Number(text)]);
  });

  const factoryWithout = new CommandAdapterFactory(
    new Map([['bot', command('', { memory_mb: 100 })]]),
    1000,
    '',
  );
  it.skipIf(factoryOf(command('', { memory_mb: 1 })).problems(agentOf()).length > 0)(
    'has the memory that the operator gives it, and no more',
    async () => {
      const one = (megabytes: number): AgentCommand =>
        command('', {
          argv: [
            '/bin/sh',
            '-c',
            `head -c ${megabytes}m /dev/zero | tail -c ${megabytes}m >/dev/null && echo enough`,
          ],
          memory_mb: 200,
          output: 'text',
        });
      expect(await run(one(10))).toMatchObject({ text: 'enough' });
      expect(await failure(one(400))).toMatchObject({
        code: 'command_failed',
        message: expect.stringMatching(/memory/i),
      });
      expect(await run(command('say({ text: "node" })', { memory_mb: 1000 }))).toMatchObject({
        text: 'node',
      });
    },
  );

  it('is not ready where the operator knows no such command, or its memory cannot be limited', () => {
    const factory = factoryOf(command(''));
    expect(factory.problems(agentOf())).toEqual([]);
    expect(factory.problems(agentOf({ command: 'bto' }))).toEqual([
      {
        code: 'unknown_command',
        variable: 'AGENT_COMMANDS_FILE',
        message: expect.stringMatching(/"bto".*AGENT_COMMANDS_FILE.*bot/),
      },
    ]);
    expect(factoryWithout.problems(agentOf())).toMatchObject([{ code: 'memory_limit_unavailable' }]);
    expect(() => factory.create(agentOf({ command: 'bto' }))).toThrow(
      expect.objectContaining({ name: 'AgentError', kind: 'configuration', code: 'unknown_command' }),
    );
  });

  it.each([
    { command: 'bot', argv: ['/bin/sh'] },
    { command: 'bot', env: ['HOME'] },
    { command: 'bot', cwd: '/' },
    { command: '' },
    {},
  ])('says nothing about what is started: %o', (settings) => {
    expect(factoryOf(command('')).settingsSchema.safeParse(settings).success).toBe(false);
  });

  it('is limited as the operator says, and costs what the agent says', () => {
    expect(factoryOf(command('', { concurrency: 2 })).limits(agentOf())).toMatchObject({ fixed: 2 });
    const usage = { inputTokens: 1_000_000, outputTokens: 0 };
    expect(costUsd(agentOf(), usage)).toBeNull();
    const pricing = { input_usd_per_mtok: 2, output_usd_per_mtok: 4 };
    expect(costUsd(agentOf({ command: 'bot', pricing }), usage)).toBe(2);
  });
});
