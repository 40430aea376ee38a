import { spawn } from 'node:child_process';
import { z } from 'zod';
import { killGroup, lastWords } from '#libs/common';
import type { AgentCommand } from '#libs/config';
import { AgentAdapter, type AgentRequest, type AgentResponse } from '../agent-adapter.js';
import { AgentError } from '../agent-error.js';
import { plainOnly } from '../plain-only.js';
import { wireUsage } from '../provider/read-wire.js';

const STDERR_KEPT = 2000;
/** "Try again later", in the words of sysexits.h. */
const EX_TEMPFAIL = 75;

/** What a program writes to stdout where its output is JSON. */
const answerSchema = z.object({
  text: z.string(),
  usage: z
    .object({
      input_tokens: z.unknown(),
      output_tokens: z.unknown(),
      cached_input_tokens: z.unknown(),
      reasoning_tokens: z.unknown(),
    })
    .partial()
    .nullish(),
  tool_calls: z
    .array(z.object({ id: z.string().default(''), name: z.string(), arguments: z.json().default({}) }))
    .default([]),
  finish_reason: z.enum(['stop', 'length', 'tool_calls', 'content_filter', 'other']).optional(),
});

/** A program of the operator, started anew for each call: the request on stdin, the answer on stdout. */
export class CommandAdapter extends AgentAdapter {
  /** @param prlimit the path of util-linux' program; the factory has seen to it where memory is to be limited. */
  constructor(
    private readonly name: string,
    private readonly command: AgentCommand,
    private readonly model: string,
    private readonly maxBytes: number,
    private readonly prlimit: string,
  ) {
    super();
  }

  async complete(request: AgentRequest, signal: AbortSignal): Promise<AgentResponse> {
    signal.throwIfAborted();
    plainOnly(request, 'command');
    return this.read(await this.run(JSON.stringify(toInput(request, this.model)), signal));
  }

  /** @returns what it wrote to stdout. */
  private run(input: string, signal: AbortSignal): Promise<string> {
    const { argv, cwd, env, timeout_s } = this.command;
    const [file = '', ...args] = [...this.memoryLimit(), ...argv];
    return new Promise((resolve, reject) => {
      // Detached makes it the leader of a group, by which all that it starts is killed with it.
      const child = spawn(file, args, { cwd, env, detached: true, stdio: 'pipe' });
      const stdout: Buffer[] = [];
      let bytes = 0;
      let stderr = '';
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        killGroup(child);
        // A process that left the group may hold them open for ever.
        for (const pipe of child.stdio) pipe?.destroy();
        settle();
      };
      const fail = (kind: AgentError['kind'], code: string, what: string): void => {
        const said = `The command "${this.name}" ${what}${lastWords(stderr, env)}`;
        end(() => reject(new AgentError(kind, code, said)));
      };
      const abort = (): void => end(() => reject(signal.reason as Error));
      const timer = setTimeout(
        () => fail('retryable', 'command_timeout', `did not end within its ${timeout_s} s and was killed.`),
        timeout_s * 1000,
      );
      signal.addEventListener('abort', abort, { once: true });
      child.once('error', (error: NodeJS.ErrnoException) =>
        fail(
          'configuration',
          'command_not_started',
          `cannot be started (${error.code}). Check its argv and cwd in the operator's AGENT_COMMANDS_FILE.`,
        ),
      );
      child.stdout.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= this.maxBytes) stdout.push(chunk);
        else fail('agent_fault', 'command_output_too_large', 'wrote more than PROVIDER_MAX_RESPONSE_BYTES.');
      });
      child.stderr.on('data', (chunk: Buffer) => {
        stderr = (stderr + chunk.toString('utf8')).slice(-STDERR_KEPT);
      });
      // Leftovers in the group would hold stdout open.
      child.once('exit', () => killGroup(child));
      child.once('close', (code, killedBy) => {
        if (code === 0) return end(() => resolve(Buffer.concat(stdout).toString('utf8')));
        if (code === EX_TEMPFAIL) return fail('retryable', 'command_failed', 'asked to be tried again (75).');
        if (code !== null) return fail('agent_fault', 'command_failed', `exited with ${code}.`);
        fail('agent_fault', 'command_killed', `was ended by ${killedBy}.`);
      });
      // It may answer without reading what it was asked.
      child.stdin.on('error', () => undefined);
      child.stdin.end(input);
    });
  }

  private memoryLimit(): string[] {
    const { memory_mb } = this.command;
    if (memory_mb === undefined) return [];
    // Of data rather than of addresses: runtimes such as Node reserve far more of these than they use.
    return [this.prlimit, `--data=${memory_mb * 1024 * 1024}`, '--core=0', '--'];
  }

  private read(stdout: string): AgentResponse {
    const whole = { toolCalls: [], usage: null, finishReason: 'stop', ttftMs: null, rawId: null } as const;
    if (this.command.output === 'text')
      return { ...whole, toolCalls: [], text: stdout.replace(/\r?\n$/, '') };
    const { text, usage, tool_calls, finish_reason } = this.parse(stdout);
    return {
      ...whole,
      text,
      usage: wireUsage(
        usage?.input_tokens,
        usage?.output_tokens,
        usage?.cached_input_tokens,
        usage?.reasoning_tokens,
      ),
      toolCalls: tool_calls.map((call) => ({
        ...call,
        arguments: typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments),
      })),
      finishReason: finish_reason ?? (tool_calls.length > 0 ? 'tool_calls' : 'stop'),
    };
  }

  private parse(stdout: string): z.infer<typeof answerSchema> {
    let what = 'it is no JSON';
    try {
      const parsed = answerSchema.safeParse(JSON.parse(stdout));
      if (parsed.success) return parsed.data;
      what = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    } catch {
      // Said below.
    }
    throw new AgentError(
      'agent_fault',
      'command_output_invalid',
      `The command "${this.name}" did not write {"text": …} to stdout: ${what}.`,
    );
  }
}

const toInput = ({ messages, settings, trial }: AgentRequest, model: string): object => ({
  model,
  messages,
  settings: {
    temperature: settings.temperature,
    top_p: settings.topP,
    max_tokens: settings.maxTokens,
    stop: settings.stop,
  },
  trial: { sample_id: trial.sampleId, epoch: trial.epoch, seed: trial.seed, choices: trial.choices },
});
