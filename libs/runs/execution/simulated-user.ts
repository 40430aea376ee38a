import { AgentError, textOf, type AgentMessage } from '#libs/agents';
import { messageOf } from '#libs/common';

/** What a user says who is done. */
const DONE = '[DONE]';
const ENDING = `You are the user, and an assistant answers you. Say only what the user would say next. When you have what you want, or it is no use to go on, say ${DONE} and nothing else.`;
/** The first words are the user's, and protocols want an answer to come after something. */
const GREETING: AgentMessage = { role: 'user', content: 'Hello, what can I do for you?' };

/** A conversation as its user sees it: with the roles turned round, and without what only the agent sees. */
export function seenByUser(instructions: string, messages: AgentMessage[], answer: string): AgentMessage[] {
  const seen: AgentMessage[] = [{ role: 'system', content: `${instructions}\n\n${ENDING}` }, GREETING];
  for (const { role, content } of [...messages, { role: 'assistant', content: answer } as const]) {
    const text = textOf(content);
    if (role === 'user') seen.push({ role: 'assistant', content: text });
    else if (role === 'assistant' && text !== '') seen.push({ role: 'user', content: text });
  }
  if (answer === '') seen.push({ role: 'user', content: '(The assistant says nothing.)' });
  return seen;
}

/** @returns what the user says next, null where it is done. @throws AgentError where that is nothing at all. */
export function saidByUser(text: string): string | null {
  if (text.includes(DONE)) return null;
  if (text.trim() === '') throw simulatedUserFailed('It said nothing.');
  return text;
}

/** Whatever the user's agent cannot do is no failure of the agent that is judged. */
export function notTheAgents(error: unknown): unknown {
  return error instanceof AgentError && error.kind === 'agent_fault'
    ? simulatedUserFailed(messageOf(error), error)
    : error;
}

const simulatedUserFailed = (why: string, cause?: unknown): AgentError =>
  new AgentError('retryable', 'simulated_user_failed', `The agent that plays the user failed: ${why}`, {
    cause,
  });
