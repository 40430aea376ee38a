import { answerOf, type Api } from './api/client.js';
import { CliError, messageOf } from './cli-error.js';
import type { CliEnvironment } from './environment.js';

/** `adapter:model`, as in openai:gpt-5-mini. */
const WITH_ADAPTER = /^(openai|anthropic|baseline):(.+)$/;

/** Where servers that speak OpenAI's protocol listen by default: Ollama, LM Studio, llama.cpp, vLLM. */
const USUAL_PORTS = [11434, 1234, 8080, 8000];
const PROBE_MS = 2000;

/**
 * The name of an agent that the server has, for what the command line calls it: an agent of that name, else
 * `adapter:model` makes one, else `local` or `local:model` makes one of a model server on this machine.
 */
export async function resolveAgent(
  api: Api,
  reference: string,
  serverUrl: string,
  environment: Pick<CliEnvironment, 'localBaseUrl' | 'localModel'>,
): Promise<string> {
  if (await exists(api, reference)) return reference;
  const [, adapter, model] = WITH_ADAPTER.exec(reference) ?? [];
  if (adapter && model) return create(api, { name: reference, adapter, model });
  if (reference !== 'local' && !reference.startsWith('local:')) return reference;
  if (!isLoopback(serverUrl))
    throw CliError.usage(
      `There is no agent "${reference}" on ${serverUrl}, and that server cannot call this machine. Create it there ` +
        'with a base_url that the server reaches: `aibench agents add`.',
      'local_agent',
    );
  return create(api, await localAgent(environment, reference.slice('local:'.length)));
}

export interface NewLocalAgent {
  name: string;
  adapter: string;
  model: string;
  settings: Record<string, unknown>;
}

/**
 * An agent of the model server on this machine: LOCAL_OPENAI_BASE_URL, else the first usual port that answers.
 * @param model else LOCAL_OPENAI_MODEL, else the first that the server lists
 */
export async function localAgent(
  { localBaseUrl, localModel }: Pick<CliEnvironment, 'localBaseUrl' | 'localModel'>,
  model = '',
): Promise<NewLocalAgent> {
  const found = localBaseUrl
    ? { baseUrl: localBaseUrl, model: model || localModel || (await firstModel(localBaseUrl)) }
    : await probe(model || localModel);
  const name = model ? `local:${model}` : 'local';
  return { name, adapter: 'openai', model: found.model, settings: { base_url: found.baseUrl } };
}

async function exists(api: Api, agent: string): Promise<boolean> {
  try {
    await api.GET('/api/v1/agents/{agent}', { params: { path: { agent } } });
    return true;
  } catch (error) {
    if (error instanceof CliError && error.details.status === 404) return false;
    throw error;
  }
}

/** Of the same content there is only one: where it was made before, this finds it. */
export async function create(
  api: Api,
  agent: { name: string; adapter: string; model?: string; settings?: Record<string, unknown> },
): Promise<string> {
  const { name } = await answerOf(api.POST('/api/v1/agents', { body: agent as never }));
  return name;
}

async function probe(model: string | undefined): Promise<{ baseUrl: string; model: string }> {
  for (const port of USUAL_PORTS) {
    const baseUrl = `http://127.0.0.1:${port}/v1`;
    const first = await firstModel(baseUrl).catch(() => undefined);
    if (first !== undefined) return { baseUrl, model: model ?? first };
  }
  throw CliError.usage(
    `No model server answers on this machine's ports ${USUAL_PORTS.join(', ')}. Start one (Ollama, LM Studio, ` +
      'llama.cpp, vLLM), or give its URL in LOCAL_OPENAI_BASE_URL.',
    'local_agent',
  );
}

async function firstModel(baseUrl: string): Promise<string> {
  const advice = 'Check LOCAL_OPENAI_BASE_URL, or name the model in LOCAL_OPENAI_MODEL.';
  const url = `${baseUrl.replace(/\/$/, '')}/models`;
  const { data } = await fetch(url, { signal: AbortSignal.timeout(PROBE_MS) })
    .then((response) => response.json() as Promise<{ data?: { id: string }[] }>)
    .catch((error: Error) => {
      throw CliError.usage(`${url} does not list models: ${messageOf(error.cause ?? error)}. ${advice}`);
    });
  if (!data?.[0]) throw CliError.usage(`${url} lists no model. ${advice}`);
  return data[0].id;
}

const isLoopback = (url: string): boolean =>
  /^(localhost|127(\.\d+){3}|\[::1\])$/i.test(new URL(url).hostname);
