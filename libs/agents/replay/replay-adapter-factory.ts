import { z } from 'zod';
import {
  AdapterFactory,
  type AgentAdapter,
  type AgentSpec,
  type ConfigurationProblem,
} from '../agent-adapter.js';
import type { RecordingSource } from './recording-source.js';
import { ReplayAdapter } from './replay-adapter.js';

/** Agents whose answers were given before, elsewhere: to score them again, or to compare with them. */
export class ReplayAdapterFactory extends AdapterFactory {
  readonly kind = 'replay';
  readonly remote = false;
  readonly settingsSchema = z.strictObject({});

  constructor(private readonly recordings: RecordingSource) {
    super();
  }

  problems(): ConfigurationProblem[] {
    return [];
  }

  limits(): null {
    return null;
  }

  create(agent: AgentSpec): AgentAdapter {
    return new ReplayAdapter(agent, this.recordings);
  }
}
