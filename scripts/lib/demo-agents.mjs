/** @typedef {{ name: string, adapter: string, model: string, settings?: Record<string, unknown> }} NewAgent */

/**
 * The local baselines, and an agent for every provider that the environment has a key or a URL for.
 * @param {typeof import('#apps/cli').localAgent} localAgent
 */
export async function demoAgents(localAgent, env = process.env) {
  const agents = [baseline('constant', { answer: 'A' }), baseline('random'), baseline('calculator')];
  if (env.OPENAI_API_KEY) agents.push(remote('openai', env.DEMO_OPENAI_MODEL || 'gpt-5-mini'));
  if (env.ANTHROPIC_API_KEY) agents.push(remote('anthropic', env.DEMO_ANTHROPIC_MODEL || 'claude-haiku-4-5'));
  if (env.LOCAL_OPENAI_BASE_URL)
    agents.push(
      await localAgent({ localBaseUrl: env.LOCAL_OPENAI_BASE_URL, localModel: env.LOCAL_OPENAI_MODEL }),
    );
  return agents;
}

/** @param {string} model @param {Record<string, unknown>} [settings] @returns {NewAgent} */
const baseline = (model, settings) => ({ name: `baseline-${model}`, adapter: 'baseline', model, settings });

/** @param {string} adapter @param {string} model @returns {NewAgent} */
const remote = (adapter, model) => ({ name: adapter, adapter, model });
