import type { AdapterFactory } from './agent-adapter.js';

/** A factory whose agents' settings must be checked with the help of others, such as DNS, before they are stored. */
export interface ChecksAtSave {
  /** @throws AppError in words for whoever creates the agent. */
  checkAtSave(settings: Record<string, unknown>): Promise<void>;
}

export const checksAtSave = (factory: AdapterFactory): factory is AdapterFactory & ChecksAtSave =>
  'checkAtSave' in factory;
