import { z } from 'zod';
import { text } from './env.js';
import { ENTRY_NAME, passedOn, readOperatorFile, VARIABLES } from './operator-file.js';

const bounds = {
  /** Of a call, and of getting ready to be called. */
  timeout_s: z.number().positive().max(7200).default(60),
  /** Calls at once, of each worker. */
  concurrency: z.int().min(1).max(1000).default(4),
};

const processSchema = z.strictObject({
  /** The program and its arguments; no shell reads them. */
  argv: z.array(z.string().min(1)).min(1),
  cwd: z.string().min(1).optional(),
  env: VARIABLES,
  ...bounds,
});

const httpSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  /** Sent with each request; here keys may stand. */
  headers: z.record(z.string().min(1), z.string()).default({}),
  ...bounds,
});

/** A union would not say which of its members is meant, nor what is wrong with that. */
const serverSchema = z.record(z.string(), z.unknown()).transform((server, context) => {
  const { data, error } = ('url' in server ? httpSchema : processSchema).safeParse(server);
  for (const { path, message } of error?.issues ?? []) {
    context.addIssue({ code: 'custom', path: [...path], message });
  }
  return data ?? z.NEVER;
});

type ProcessServer = Omit<z.infer<typeof processSchema>, 'env'> & { env: Record<string, string> };

/** A server of the operator: a program with the environment that it gets, or an address. */
export type McpServerConfig = ProcessServer | z.infer<typeof httpSchema>;

export const mcpSchema = z.looseObject({ MCP_SERVERS_FILE: text() }).transform((env, context) => {
  const complain = (variable: string, message: string): void =>
    context.addIssue({ code: 'custom', path: [variable], message });
  const servers = readOperatorFile(env, 'MCP_SERVERS_FILE', z.record(ENTRY_NAME, serverSchema), complain);
  return {
    /** By name. */
    servers: new Map<string, McpServerConfig>(
      Object.entries(servers ?? {}).map(([name, server]) => [
        name,
        'argv' in server ? { ...server, env: passedOn(env, server.env) } : server,
      ]),
    ),
  };
});
