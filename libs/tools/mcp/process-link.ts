import {
  ReadBuffer,
  serializeMessage,
  type JSONRPCMessage,
  type Transport,
} from '@modelcontextprotocol/client';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { killGroup, lastWords } from '#libs/common';
import type { McpServerConfig } from '#libs/config';
import type { Link } from './mcp-server.js';

type Program = Extract<McpServerConfig, { argv: string[] }>;

const STDERR_KEPT = 2000;
/** A server whose stdin has ended has this long to end by itself. */
const GRACE_MS = 1000;

export function processLink(program: Program, maxBytes: number): Link {
  const transport = new ProcessTransport(program, maxBytes);
  return { transport, lastWords: () => lastWords(transport.stderr, program.env) };
}

/** A program that is spoken to over its stdio. The SDK's own would leave alone what that program starts. */
class ProcessTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  stderr = '';
  private child: ChildProcessWithoutNullStreams | null = null;
  private ended: Promise<void> = Promise.resolve();
  private readonly buffer: ReadBuffer;

  constructor(
    private readonly program: Program,
    maxBytes: number,
  ) {
    this.buffer = new ReadBuffer({ maxBufferSize: maxBytes });
  }

  async start(): Promise<void> {
    const { argv, cwd, env } = this.program;
    const [file = '', ...args] = argv;
    // Detached makes it the leader of a group, by which all that it starts is killed with it.
    const child = spawn(file, args, { cwd, env, detached: true, stdio: 'pipe' });
    this.child = child;
    child.stdout.on('data', (chunk: Buffer) => this.read(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      this.stderr = (this.stderr + chunk.toString('utf8')).slice(-STDERR_KEPT);
    });
    // It may end without reading what it was sent.
    child.stdin.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      child.once('exit', () => {
        // Leftovers in the group would hold stdout open.
        killGroup(child);
        resolve();
      });
      // After its last words were read.
      child.once('close', () => this.onclose?.());
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const stdin = this.child?.stdin;
    if (!stdin?.writable) throw new Error('The program has ended');
    if (!stdin.write(serializeMessage(message))) {
      await Promise.race([new Promise((resolve) => stdin.once('drain', resolve)), this.ended]);
    }
  }

  async close(): Promise<void> {
    const { child } = this;
    if (!child?.pid) return this.onclose?.();
    child.stdin.end();
    const timer = setTimeout(() => killGroup(child), GRACE_MS);
    await this.ended;
    clearTimeout(timer);
  }

  private read(chunk: Buffer): void {
    try {
      this.buffer.append(chunk);
      for (let message = this.buffer.readMessage(); message; message = this.buffer.readMessage()) {
        this.onmessage?.(message);
      }
    } catch (error) {
      // What is no message, or one without end: nothing that follows could be understood.
      this.stderr += `\n${(error as Error).message}`;
      if (this.child) killGroup(this.child);
    }
  }
}
