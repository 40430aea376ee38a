import { messageOf } from './project.mjs';

/** @typedef {{ name: string, adapter: string, model: string, settings?: Record<string, unknown> }} NewAgent */

/** The local baselines, and an agent for every provider that the environment has a key or a URL for. */
export async function demoAgents(env = process.env) {
  const agents = [baseline('constant', { answer: 'A' }), baseline('random'), baseline('calculator')];
  if (env.OPENAI_API_KEY) agents.push(remote('openai', env.DEMO_OPENAI_MODEL || 'gpt-5-mini'));
  if (env.ANTHROPIC_API_KEY) agents.push(remote('anthropic', env.DEMO_ANTHROPIC_MODEL || 'claude-haiku-4-5'));
  if (env.LOCAL_OPENAI_BASE_URL) {
    const baseUrl = env.LOCAL_OPENAI_BASE_URL;
    const model = env.LOCAL_OPENAI_MODEL || (await firstModel(baseUrl));
    agents.push({ name: 'local', adapter: 'openai', model, settings: { base_url: baseUrl } });
  }
  return agents;
}

/** @param {string} model @param {Record<string, unknown>} [settings] @returns {NewAgent} */
const baseline = (model, settings) => ({ name: `baseline-${model}`, adapter: 'baseline', model, settings });

/** @param {string} adapter @param {string} model @returns {NewAgent} */
const remote = (adapter, model) => ({ name: adapter, adapter, model });

/** @param {string} baseUrl */
async function firstModel(baseUrl) {
  const advice = 'Check LOCAL_OPENAI_BASE_URL, or name the model in LOCAL_OPENAI_MODEL.';
  const url = `${baseUrl.replace(/\/$/, '')}/models`;
  /** @type {{ data?: { id: string }[] }} */
  const { data } = await fetch(url, { signal: AbortSignal.timeout(10_000) })
    .then((response) => response.json())
    .catch((error) => {
      throw new Error(`${url} does not list models: ${messageOf(error.cause ?? error)}. ${advice}`);
    });
  if (!data?.[0]) throw new Error(`${url} lists no model. ${advice}`);
  return data[0].id;
}
