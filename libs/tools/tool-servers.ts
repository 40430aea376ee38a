import type { ToolSpec } from '#libs/agents';

/** Characters of what a tool may say; what is longer would fill the context of the agent. */
export const MAX_TOOL_RESULT = 65_536;

/** What a call of a tool came to. An error is told to the agent, which may try again. */
export interface ToolResult {
  content: string;
  error?: true;
}

/** A tool of a server, as long as the connection lasts over which it was listed. */
export interface ServedTool extends ToolSpec {
  /**
   * Never repeated here: it may have done something.
   * @throws AgentError `retryable`, naming the server, where it could not answer; the signal's reason.
   */
  call(args: Record<string, unknown>, signal: AbortSignal): Promise<ToolResult>;
}

/** Which tools a sample takes from a server. */
export interface ToolSource {
  /** The server's name. */
  mcp: string;
  /** Names of its tools; absent: all. */
  allow?: string[];
}

/** The servers of the operator whose tools agents may be given. Nobody else says what is started or called. */
export abstract class ToolServers {
  /** What is wrong with naming a server so; null where there is one of that name. */
  abstract problem(name: string): string | null;

  /**
   * The tools of a source, under names that every provider takes. A server is started when it is first asked.
   * @throws AgentError `retryable` where the server cannot be reached, `configuration` where it, or a tool that is to
   * be allowed, does not exist; the signal's reason.
   */
  abstract tools(source: ToolSource, signal: AbortSignal): Promise<ServedTool[]>;
}
