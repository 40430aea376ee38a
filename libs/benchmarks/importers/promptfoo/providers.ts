import { generationSchema, type GenerationJson } from '#libs/agents';
import { canonicalJson } from '#libs/common';
import { isCodeFile, isObject, type Import, type Json, type Located } from './source.js';

/** What POST /api/v1/agents would take for an agent like a provider; none is created. */
export interface SuggestedAgent {
  provider: string;
  agent: { name: string; adapter: string; model?: string; settings: Json };
}

interface Provider {
  id: string;
  label: string | undefined;
  config: Json;
  located: Located;
}

const GENERATION = {
  temperature: 'temperature',
  top_p: 'top_p',
  max_tokens: 'max_tokens',
  stop: 'stop',
  max_completion_tokens: 'max_tokens',
  max_output_tokens: 'max_tokens',
} as const;
const READ = ['id', 'label', 'config', 'prompts'];
const SECRET = /auth|key|token|secret|cookie/i;
const JSON_PATH = /^json((?:\.\w+|\[\d+\])+)$/;

/**
 * Agents that a configuration would need, and the settings that all of its providers have in common, which are the
 * benchmark's; what each has besides is named. Keys are never carried over.
 */
export function readProviders(
  source: Import,
  providers: Located,
): { agents: SuggestedAgent[]; generation: GenerationJson } {
  const list = listOf(source, providers);
  const generations = list.map(({ config }) => generationOf(config));
  const [first = {}, ...others] = generations;
  const shared = others.every((other) => canonicalJson(other) === canonicalJson(first));
  const agents = list.flatMap((provider) => {
    const agent = agentOf(source, provider, shared);
    return agent ? [{ provider: provider.id, agent }] : [];
  });
  const parsed = generationSchema.safeParse(shared ? first : {});
  if (!parsed.success) {
    source.omissions.add(
      providers.at().path,
      'The settings of the providers are none that a run could have.',
    );
  }
  return { agents, generation: parsed.data ?? {} };
}

function listOf(source: Import, { value, at }: Located): Provider[] {
  const list = value === undefined ? [] : [value].flat();
  return list.flatMap((entry: unknown, i) => {
    const located: Located = {
      value: entry,
      at: (...path) => at(...(Array.isArray(value) ? [i] : []), ...path),
    };
    if (typeof entry === 'string') return [{ id: entry, label: undefined, config: {}, located }];
    if (!isObject(entry)) return [];
    // Either {id, config}, or the id as the only key.
    const [key = '', inner] = Object.entries(entry)[0] ?? [];
    const said: Json = typeof entry.id === 'string' ? entry : { id: key, ...(isObject(inner) ? inner : {}) };
    const { id, label, config } = said;
    for (const other of Object.keys(said)) {
      if (!READ.includes(other))
        source.omissions.add(at(i, other).path, `"${other}" of a provider has no twin.`);
    }
    if (said.prompts !== undefined) {
      source.omissions.add(
        at(i, 'prompts').path,
        'Which agents run which benchmark is said when a run is started.',
      );
    }
    return [
      {
        id: String(id),
        label: typeof label === 'string' ? label : undefined,
        config: isObject(config) ? config : {},
        located,
      },
    ];
  });
}

function generationOf(config: Json): Json {
  const all = Object.entries(GENERATION).flatMap(([key, ours]) =>
    config[key] === undefined ? [] : [[ours, key === 'stop' ? [config[key]].flat() : config[key]] as const],
  );
  return Object.fromEntries(all);
}

function agentOf(source: Import, provider: Provider, shared: boolean): SuggestedAgent['agent'] | undefined {
  const { id, label, config, located } = provider;
  const { path } = located.at();
  const twin = isCodeFile(id) ? undefined : twinOf(provider);
  if (!twin) {
    source.omissions.add(
      path,
      `The provider "${id}" has no adapter here. Serve it by HTTP, or have the operator name a command.`,
    );
    return undefined;
  }
  const { used, ...agent } = twin;
  for (const key of Object.keys(config)) {
    if (used.includes(key) || (shared && Object.hasOwn(GENERATION, key))) continue;
    const reason = SECRET.test(key)
      ? 'Keys belong into the environment of the operator.'
      : Object.hasOwn(GENERATION, key)
        ? `Providers differ in "${key}". Give it in the "config" of a run.`
        : `"${key}" of a provider has no twin.`;
    source.omissions.add(located.at('config', key).path, reason);
  }
  return { name: slug(label ?? agent.model ?? id), ...agent };
}

type Twin = { adapter: string; model?: string; settings: Json; used: string[] };

function twinOf({ id, config }: Provider): Twin | undefined {
  const [kind = '', ...rest] = id.split(':');
  if (id === 'http' || id === 'https' || /^https?:\/\//.test(id)) return overHttp(id, config);
  const api = ['chat', 'responses', 'messages', 'completion'].includes(rest[0] ?? '') ? rest[0] : undefined;
  const model = (api === undefined ? rest : rest.slice(1)).join(':') || undefined;
  if (model === undefined || api === 'completion') return undefined;
  const base = typeof config.apiBaseUrl === 'string' ? { base_url: config.apiBaseUrl } : {};
  const effort = isObject(config.reasoning) ? config.reasoning.effort : config.reasoning_effort;
  const settings = { ...base, ...(typeof effort === 'string' && { reasoning_effort: effort }) };
  const used = ['apiBaseUrl', 'reasoning', 'reasoning_effort'];
  switch (kind) {
    case 'openai':
      return { adapter: 'openai', model, settings: { ...settings, ...(api && { api }) }, used };
    case 'anthropic':
      return { adapter: 'anthropic', model, settings, used };
    case 'ollama':
      return {
        adapter: 'openai',
        model,
        settings: { base_url: 'http://127.0.0.1:11434/v1', ...settings },
        used,
      };
    default:
      return undefined;
  }
}

/** Both put the prompt where `{{prompt}}` stands; of answers only plain paths are known, no JavaScript. */
function overHttp(id: string, config: Json): Twin | undefined {
  const url = typeof config.url === 'string' ? config.url : id;
  if (!/^https?:\/\//.test(url)) return undefined;
  const method = typeof config.method === 'string' ? { method: config.method.toUpperCase() } : {};
  const response = config.transformResponse ?? config.responseParser;
  const path = typeof response === 'string' ? JSON_PATH.exec(response)?.[1] : undefined;
  return {
    adapter: 'http',
    settings: {
      url,
      ...method,
      ...(config.body !== undefined && { body: config.body }),
      ...(path !== undefined && { response: { text: path.replace(/^\./, '') } }),
    },
    used: ['url', 'method', 'body', ...(path === undefined ? [] : ['transformResponse', 'responseParser'])],
  };
}

const slug = (label: string): string =>
  label
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
    .slice(0, 60) || 'agent';
