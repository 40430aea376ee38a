import { z } from 'zod';
import {
  AdapterFactory,
  type AgentAdapter,
  type AgentSpec,
  type ConfigurationProblem,
} from '../agent-adapter.js';
import { AgentError } from '../agent-error.js';
import { BaselineAdapter } from './baseline-adapter.js';
import { baselines } from './baselines.js';

const baselineSettings = z.strictObject({
  answer: z.string().min(1).optional().describe('What the baseline "constant" answers.'),
});

/** Agents without a model, that any real agent should beat: they give a score its floor. */
export class BaselineAdapterFactory extends AdapterFactory {
  readonly kind = 'baseline';
  readonly remote = false;
  readonly settingsSchema = baselineSettings;

  problems(agent: AgentSpec): ConfigurationProblem[] {
    const { answer } = baselineSettings.parse(agent.settings);
    if (!baselines.has(agent.model)) {
      const message = `There is no baseline "${agent.model}". Known: ${[...baselines.keys()].join(', ')}.`;
      return [{ code: 'unknown_baseline', message }];
    }
    if (agent.model === 'constant' && answer === undefined) {
      const message = `Agent "${agent.name}" needs the setting "answer": the text that it always gives.`;
      return [{ code: 'missing_answer', message }];
    }
    return [];
  }

  limits(): null {
    return null;
  }

  create(agent: AgentSpec): AgentAdapter {
    const [problem] = this.problems(agent);
    const baseline = baselines.get(agent.model);
    if (problem || !baseline) {
      throw new AgentError(
        'configuration',
        problem?.code ?? 'unknown_baseline',
        problem?.message ?? agent.model,
      );
    }
    return new BaselineAdapter((request) =>
      baseline(request, baselineSettings.parse(agent.settings).answer ?? ''),
    );
  }
}
