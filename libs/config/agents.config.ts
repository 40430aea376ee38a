import { z } from 'zod';
import { text } from './env.js';
import { ENTRY_NAME, passedOn, readOperatorFile, VARIABLES, type Complain } from './operator-file.js';

const SECRET_PREFIX = 'AGENT_SECRET_';

/** `<origin> <secret>`; shorter ones could not be taken out of texts without harm to these. */
const SECRET = /^(\S+) ([\x21-\x7e][\x20-\x7e]{6,}[\x21-\x7e])$/;

/** A secret of the operator, and the one origin that it may be sent to. */
interface AgentSecret {
  origin: string;
  value: string;
}

const commandsSchema = z.record(
  ENTRY_NAME,
  z.strictObject({
    /** The program and its arguments; no shell reads them. */
    argv: z.array(z.string().min(1)).min(1),
    cwd: z.string().min(1).optional(),
    env: VARIABLES,
    timeout_s: z.number().positive().max(7200).default(60),
    /** Of data, for each process of the program. Absent: no limit. */
    memory_mb: z.int().min(1).max(1_048_576).optional(),
    output: z.enum(['json', 'text']).default('json'),
    /** Processes at once, over all workers. */
    concurrency: z.int().min(1).max(1000).default(4),
  }),
);

/** A program of the operator, with the environment that it gets. */
export type AgentCommand = Omit<z.infer<typeof commandsSchema>[string], 'env'> & {
  env: Record<string, string>;
};

export const agentsSchema = z.looseObject({ AGENT_COMMANDS_FILE: text() }).transform((env, context) => {
  const complain = (variable: string, message: string): void =>
    context.addIssue({ code: 'custom', path: [variable], message });
  return {
    /** By name, without the prefix of the variable. */
    secrets: readSecrets(env, complain),
    /** By name. */
    commands: readCommands(env, complain),
  };
});

function readSecrets(env: Record<string, unknown>, complain: Complain): Map<string, AgentSecret> {
  const secrets = new Map<string, AgentSecret>();
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith(SECRET_PREFIX) || typeof value !== 'string' || value === '') continue;
    const [, url = '', secret = ''] = SECRET.exec(value) ?? [];
    // The value stays out of the message.
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol) || new URL(url).origin !== url) {
      complain(
        variable,
        'must be the origin that may get it, a space, and the secret of at least 8 printable ASCII characters, as in "https://bot.example.com s3cret-value"',
      );
    } else secrets.set(variable.slice(SECRET_PREFIX.length), { origin: url, value: secret });
  }
  return secrets;
}

function readCommands(
  env: Record<string, unknown> & { AGENT_COMMANDS_FILE?: string },
  complain: Complain,
): Map<string, AgentCommand> {
  const commands = readOperatorFile(env, 'AGENT_COMMANDS_FILE', commandsSchema, complain) ?? {};
  return new Map(
    Object.entries(commands).map(([name, command]) => [
      name,
      { ...command, env: passedOn(env, command.env) },
    ]),
  );
}
