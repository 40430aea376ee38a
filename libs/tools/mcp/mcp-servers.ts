import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AgentError } from '#libs/agents';
import { didYouMean } from '#libs/common';
import { AppConfig } from '#libs/config';
import { ToolServers, type ServedTool, type ToolSource } from '../tool-servers.js';
import { McpServer } from './mcp-server.js';

/** The servers of MCP_SERVERS_FILE, each with one connection of this process once it is needed. */
@Injectable()
export class McpServers extends ToolServers implements OnApplicationShutdown {
  private readonly servers: Map<string, McpServer>;

  constructor({ mcp, providers }: AppConfig) {
    super();
    this.servers = new Map(
      [...mcp.servers].map(([name, server]) => [
        name,
        new McpServer(name, server, providers.maxResponseBytes),
      ]),
    );
  }

  problem(name: string): string | null {
    if (this.servers.has(name)) return null;
    return `tools_from names the server "${name}", which the operator's MCP_SERVERS_FILE does not hold. ${didYouMean(name, [...this.servers.keys()])}`;
  }

  async tools({ mcp: name, allow }: ToolSource, signal: AbortSignal): Promise<ServedTool[]> {
    const server = this.servers.get(name);
    if (!server) throw new AgentError('configuration', 'unknown_tool_server', this.problem(name) ?? name);
    const tools = await server.tools(signal);
    if (!allow) return [...tools.values()];
    return allow.map((wanted) => {
      const tool = tools.get(wanted);
      if (tool) return tool;
      const message = `The server "${name}" has no tool "${wanted}", which tools_from allows. ${didYouMean(wanted, [...tools.keys()])}`;
      throw new AgentError('configuration', 'unknown_tool', message);
    });
  }

  /** Workers have ended their trials by then. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.servers.values()].map((server) => server.close()));
  }
}
