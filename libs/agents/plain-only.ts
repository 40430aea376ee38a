import type { AgentRequest } from './agent-adapter.js';
import { AgentError } from './agent-error.js';

/**
 * For adapters that know text alone: an agent that is not shown what a sample holds would seem to fail at it.
 * @throws AgentError of kind `configuration` where the request has tools, images or a schema for the answer.
 */
export function plainOnly(
  { tools, responseSchema, messages }: Pick<AgentRequest, 'tools' | 'responseSchema' | 'messages'>,
  kind: string,
): void {
  const refuse = (code: string, what: string): never => {
    const advice = 'Run this benchmark with an agent of another adapter.';
    throw new AgentError('configuration', code, `An agent of the adapter "${kind}" ${what}. ${advice}`);
  };
  if (tools !== undefined) refuse('tools_not_supported', 'cannot call tools');
  if (responseSchema !== undefined)
    refuse('response_schema_not_supported', 'cannot keep to a schema of the answer');
  if (messages.some(({ content }) => typeof content !== 'string'))
    refuse('images_not_supported', 'cannot see images');
}
