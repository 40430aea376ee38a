import { AgentError } from '#libs/agents';
import { scriptOf, toolResult, type ConversationSpec } from '#libs/benchmarks';
import { AppError } from '#libs/common';
import type { ToolServers } from '#libs/tools';
import { Conversation } from './conversation.js';
import type { TrialCall } from './trial-call.js';

/**
 * The conversation of a trial, with the tools of its sample and those that servers give it.
 * @throws AppError `invalid_conversation`; AgentError where a server does not give its tools, or two tools have one
 * name; the signal's reason.
 */
export async function beginConversation(
  { sample, messages }: Pick<TrialCall, 'sample' | 'messages'>,
  spec: ConversationSpec,
  servers: ToolServers,
  signal: AbortSignal,
): Promise<Conversation> {
  const parsed = scriptOf(spec, sample.metadata);
  if ('problems' in parsed)
    throw AppError.invalid(
      'invalid_conversation',
      `Sample ${sample.sampleId}: ${parsed.problems.join('; ')}`,
    );
  const { script } = parsed;
  const served = await Promise.all(script.toolsFrom.map((source) => servers.tools(source, signal)));
  const tools = [...script.tools, ...served.flat()];
  const twice = tools.find(({ name }, i) => tools.findIndex((other) => other.name === name) < i);
  if (twice) {
    throw new AgentError(
      'configuration',
      'tool_name_taken',
      `Sample ${sample.sampleId} has two tools named "${twice.name}", and one is of ${script.toolsFrom.map(({ mcp }) => `"${mcp}"`).join(' or ')}. Name the others in "allow" of tools_from, or give the sample's own another name.`,
    );
  }
  return new Conversation(script, tools, messages, (name, text, state) =>
    toolResult(tools, name, text, state, signal),
  );
}
