import { z } from 'zod';

const messageSchema = z.object({
  role: z.string(),
  content: z.union([z.string(), z.array(z.object({ type: z.literal('text'), text: z.string() }))]),
  name: z.string().optional(),
});
const chatSchema = z.array(messageSchema).min(1);

export interface ChatMessage {
  role: string;
  content: string;
}

/** How OpenAI's format marks examples within system messages. */
const EXAMPLE_ROLES: Record<string, string> = { example_user: 'user', example_assistant: 'assistant' };

/**
 * Messages as OpenAI's chat format has them; a text is what the user says. `names` are those of speakers, which no
 * message of ours has; examples in system messages become messages of the role that they show.
 */
export function readChat(value: unknown): { messages: ChatMessage[]; names: string[] } | { problem: string } {
  if (typeof value === 'string') return { messages: [{ role: 'user', content: value }], names: [] };
  const { success, data, error } = chatSchema.safeParse(value);
  if (!success) {
    const [issue] = error.issues;
    return {
      problem: `is neither text nor a list of messages of text: ${issue?.path.join('.')} ${issue?.message}`,
    };
  }
  const names = data.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const messages = data.map(({ role, content, name = '' }) => ({
    role: (role === 'system' && EXAMPLE_ROLES[name]) || role,
    content: typeof content === 'string' ? content : content.map(({ text }) => text).join(''),
  }));
  return { messages, names };
}
