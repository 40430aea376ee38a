import { existsSync } from 'node:fs';
import { z } from 'zod';
import { didYouMean } from '#libs/common';
import type { AppConfig } from '#libs/config';
import type { CallLimitSpec } from '#libs/limits';
import {
  AdapterFactory,
  type AgentAdapter,
  type AgentSpec,
  type ConfigurationProblem,
} from '../agent-adapter.js';
import { AgentError } from '../agent-error.js';
import { pricingSchema } from '../pricing/pricing-schema.js';
import { CommandAdapter } from './command-adapter.js';

const commandSettings = z.strictObject({
  command: z.string().min(1).max(100).describe("A name in the operator's AGENT_COMMANDS_FILE."),
  pricing: pricingSchema.optional(),
});

const PRLIMIT = ['/usr/bin/prlimit', '/bin/prlimit'].find((path) => existsSync(path));

/** Agents that are programs of the operator, who alone says what is started. */
export class CommandAdapterFactory extends AdapterFactory {
  readonly kind = 'command';
  readonly remote = true;
  readonly settingsSchema = commandSettings;

  constructor(
    private readonly commands: AppConfig['agents']['commands'],
    private readonly maxBytes: number,
    private readonly prlimit = PRLIMIT ?? '',
  ) {
    super();
  }

  problems(agent: AgentSpec): ConfigurationProblem[] {
    const { command: name } = commandSettings.parse(agent.settings);
    const command = this.commands.get(name);
    if (!command) {
      const message = `Agent "${agent.name}" names the command "${name}", which the operator's AGENT_COMMANDS_FILE does not hold. ${didYouMean(name, [...this.commands.keys()])}`;
      return [{ code: 'unknown_command', variable: 'AGENT_COMMANDS_FILE', message: message.trim() }];
    }
    if (command.memory_mb === undefined || this.prlimit) return [];
    const message = `The command "${name}" has a memory_mb, which needs /usr/bin/prlimit (util-linux) on this machine. Install it, or have the operator leave memory_mb out.`;
    return [{ code: 'memory_limit_unavailable', message }];
  }

  /** One machine's programs are limited together, whichever workspace asks. */
  limits({ settings }: AgentSpec): CallLimitSpec {
    const { command } = commandSettings.parse(settings);
    const fixed = this.commands.get(command)?.concurrency ?? 1;
    return { key: `command ${command} ${fixed}`, label: `command ${command}`, fixed };
  }

  create(agent: AgentSpec): AgentAdapter {
    const [problem] = this.problems(agent);
    const { command: name } = commandSettings.parse(agent.settings);
    const command = this.commands.get(name);
    if (problem || !command) {
      throw new AgentError('configuration', problem?.code ?? 'unknown_command', problem?.message ?? name);
    }
    return new CommandAdapter(name, command, agent.model, this.maxBytes, this.prlimit);
  }
}
