import { Client, ProtocolError, SdkError, SdkErrorCode, type Tool } from '@modelcontextprotocol/client';
import pLimit, { type LimitFunction } from 'p-limit';
import { AgentError } from '#libs/agents';
import { messageOf } from '#libs/common';
import type { McpServerConfig } from '#libs/config';
import { orAborted } from '#libs/sandbox';
import type { ServedTool, ToolResult } from '../tool-servers.js';
import { httpLink } from './http-link.js';
import { processLink } from './process-link.js';
import { toToolResult } from './to-tool-result.js';

/** How a server is reached, and what is known of why it no longer is. */
export interface Link {
  transport: Parameters<Client['connect']>[0];
  /** A sentence that follows others, or nothing. */
  lastWords(): string;
}

interface Connection {
  client: Client;
  link: Link;
  /** By the names that the server gives them. */
  tools: Map<string, ServedTool>;
}

/** After a call that took too long: whether the server hears us at all. */
const PING_MS = 5000;

/** One server: connected to when it is first needed, and again when it is needed after it was lost. */
export class McpServer {
  private connection: Promise<Connection> | null = null;
  private readonly slots: LimitFunction;
  private closed = false;

  constructor(
    private readonly name: string,
    private readonly config: McpServerConfig,
    private readonly maxBytes: number,
  ) {
    this.slots = pLimit(config.concurrency);
  }

  /** By the names that the server gives them. @throws AgentError `tool_server_unavailable`; the signal's reason. */
  async tools(signal: AbortSignal): Promise<Map<string, ServedTool>> {
    if (this.connection === null) {
      const connection = this.connect();
      this.connection = connection;
      connection.catch(() => this.forget(connection));
    }
    return (await orAborted(this.connection, signal)).tools;
  }

  async close(): Promise<void> {
    this.closed = true;
    const connected = await this.connection?.catch(() => null);
    await connected?.client.close();
  }

  private forget(connection: Promise<Connection>): void {
    if (this.connection === connection) this.connection = null;
  }

  private async connect(): Promise<Connection> {
    if (this.closed) throw this.unavailable('This worker ends.', '');
    const link =
      'argv' in this.config ? processLink(this.config, this.maxBytes) : httpLink(this.config, this.maxBytes);
    const client = new Client(
      { name: 'ai-benchmark-service', version: '1' },
      {
        listChanged: {
          tools: {
            onChanged: (_, tools) => {
              if (tools) connection.tools = this.served(connection, tools);
            },
          },
        },
      },
    );
    const connection: Connection = { client, link, tools: new Map() };
    const timeout = this.config.timeout_s * 1000;
    try {
      await client.connect(link.transport, { timeout });
      connection.tools = this.served(connection, (await client.listTools(undefined, { timeout })).tools);
    } catch (error) {
      await client.close();
      throw this.unavailable(`It cannot be reached: ${messageOf(error)}.`, link.lastWords(), error);
    }
    client.onclose = () => this.lose(connection);
    return connection;
  }

  /** The next trial connects anew. */
  private lose(connection: Connection): void {
    const current = this.connection;
    void current?.then((one) => one === connection && this.forget(current)).catch(() => undefined);
  }

  private served(connection: Connection, tools: Tool[]): Map<string, ServedTool> {
    return new Map(
      tools.map(({ name, description = '', inputSchema }) => [
        name,
        {
          name: name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64),
          description,
          parameters: inputSchema,
          call: (args, signal) =>
            orAborted(
              this.slots(() => this.call(connection, name, args, signal)),
              signal,
            ),
        },
      ]),
    );
  }

  private async call(
    connection: Connection,
    name: string,
    args: Record<string, unknown>,
    signal: AbortSignal,
  ): Promise<ToolResult> {
    signal.throwIfAborted();
    const { client, link } = connection;
    const { timeout_s } = this.config;
    try {
      return toToolResult(
        await client.callTool({ name, arguments: args }, { signal, timeout: timeout_s * 1000 }),
      );
    } catch (error) {
      signal.throwIfAborted();
      // The server's word on this call: mostly that its arguments are wrong.
      if (error instanceof ProtocolError) return { content: `Error: ${error.message}`, error: true };
      if (error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout) {
        // One that hangs is ended; one that is slow goes on with what others asked.
        void client.ping({ timeout: PING_MS }).catch(() => client.close());
        const message = `The tool "${name}" of the server "${this.name}" did not answer within ${timeout_s} s.`;
        throw new AgentError('retryable', 'tool_timeout', message, { cause: error });
      }
      await client.close();
      const what = `It was lost in a call of "${name}": ${messageOf(error)}.`;
      throw this.unavailable(what, link.lastWords(), error);
    }
  }

  private unavailable(what: string, lastWords: string, cause?: unknown): AgentError {
    const message = `The tool server "${this.name}" failed. ${what.replace(/\.\.$/, '.')}${lastWords}`;
    return new AgentError('retryable', 'tool_server_unavailable', message, { cause });
  }
}
