import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AgentError } from '#libs/agents';
import { didYouMean } from '#libs/common';
import { AppConfig, type McpServerConfig } from '#libs/config';
import { ToolServers, type ServedTool, type ToolSource } from '../tool-servers.js';
import type { McpServer } from './mcp-server.js';

/** The servers of MCP_SERVERS_FILE, each with one connection of this process once it is needed. */
@Injectable()
export class McpServers extends ToolServers implements OnApplicationShutdown {
  private readonly configs: ReadonlyMap<string, McpServerConfig>;
  private readonly maxBytes: number;
  private readonly servers = new Map<string, Promise<McpServer>>();

  constructor({ mcp, providers }: AppConfig) {
    super();
    this.configs = mcp.servers;
    this.maxBytes = providers.maxResponseBytes;
  }

  problem(name: string): string | null {
    if (this.configs.has(name)) return null;
    return `tools_from names the server "${name}", which the operator's MCP_SERVERS_FILE does not hold. ${didYouMean(name, [...this.configs.keys()])}`;
  }

  async tools({ mcp: name, allow }: ToolSource, signal: AbortSignal): Promise<ServedTool[]> {
    const config = this.configs.get(name);
    if (!config) throw new AgentError('configuration', 'unknown_tool_server', this.problem(name) ?? name);
    const tools = await (await this.server(name, config)).tools(signal);
    if (!allow) return [...tools.values()];
    return allow.map((wanted) => {
      const tool = tools.get(wanted);
      if (tool) return tool;
      const message = `The server "${name}" has no tool "${wanted}", which tools_from allows. ${didYouMean(wanted, [...tools.keys()])}`;
      throw new AgentError('configuration', 'unknown_tool', message);
    });
  }

  /** The client is a megabyte of code, which most processes never need. */
  private server(name: string, config: McpServerConfig): Promise<McpServer> {
    const server =
      this.servers.get(name) ??
      import('./mcp-server.js').then(({ McpServer }) => new McpServer(name, config, this.maxBytes));
    this.servers.set(name, server);
    return server;
  }

  /** Workers have ended their trials by then. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.servers.values()].map(async (server) => (await server).close()));
  }
}
