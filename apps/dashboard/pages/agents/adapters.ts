/** A setting of an adapter that has a field of its own; the others are written as JSON. */
export interface SettingField {
  path: string;
  label: string;
  hint?: string;
  kind: 'text' | 'number' | 'switch' | 'choice' | 'json';
  choices?: string[];
  isRequired?: boolean;
}

interface AdapterForm {
  label: string;
  model: string;
  fields: SettingField[];
}

const LIMITS: SettingField[] = [
  {
    path: 'concurrency',
    label: 'Calls at once',
    kind: 'number',
    hint: 'Empty: as many as the provider bears',
  },
  { path: 'requests_per_minute', label: 'Requests a minute', kind: 'number' },
  { path: 'tokens_per_minute', label: 'Tokens a minute', kind: 'number' },
];

const PRICES: SettingField[] = [
  {
    path: 'pricing.input_usd_per_mtok',
    label: 'USD per million input tokens',
    kind: 'number',
    hint: 'Where the price list does not know or apply; both prices or none',
  },
  { path: 'pricing.output_usd_per_mtok', label: 'USD per million output tokens', kind: 'number' },
];

const BASE_URL: SettingField = {
  path: 'base_url',
  label: 'Base URL',
  kind: 'text',
  hint: 'Of another server that speaks the protocol, e.g. http://127.0.0.1:11434/v1. Empty: the provider itself',
};
const BATCH: SettingField = {
  path: 'batch',
  label: 'By the batch API: half the price, within 24 hours',
  kind: 'switch',
};

export const ADAPTERS: Record<string, AdapterForm> = {
  openai: {
    label: 'OpenAI, and servers that speak its protocol (Ollama, vLLM, llama.cpp)',
    model: 'The model, as the server names it',
    fields: [
      BASE_URL,
      {
        path: 'reasoning_effort',
        label: 'Reasoning effort',
        kind: 'choice',
        choices: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'],
      },
      { path: 'api', label: 'API', kind: 'choice', choices: ['responses', 'chat'] },
      { path: 'azure_api_version', label: 'Azure api-version', kind: 'text' },
      BATCH,
      ...LIMITS,
      ...PRICES,
    ],
  },
  anthropic: {
    label: 'Anthropic, and servers that speak its protocol',
    model: 'The model, as the server names it',
    fields: [
      BASE_URL,
      {
        path: 'reasoning_effort',
        label: 'Effort',
        kind: 'choice',
        choices: ['low', 'medium', 'high', 'xhigh', 'max'],
      },
      { path: 'thinking', label: 'Thinking', kind: 'choice', choices: ['adaptive', 'disabled'] },
      { path: 'thinking_budget', label: 'Tokens for thinking', kind: 'number', hint: 'At least 1024' },
      BATCH,
      ...LIMITS,
      ...PRICES,
    ],
  },
  http: {
    label: 'HTTP: any agent behind a URL',
    model: 'Sent where a placeholder asks for it',
    fields: [
      { path: 'url', label: 'URL', kind: 'text', isRequired: true },
      { path: 'method', label: 'Method', kind: 'choice', choices: ['POST', 'GET', 'PUT', 'PATCH'] },
      {
        path: 'headers',
        label: 'Headers',
        kind: 'json',
        hint: '{"authorization": {"secret": "BOT", "prefix": "Bearer "}}',
      },
      { path: 'query', label: 'Query', kind: 'json', hint: '{"q": "{{prompt}}"}' },
      {
        path: 'body',
        label: 'Body',
        kind: 'json',
        hint: '{"question": "{{prompt}}", "history": "{{messages}}"}',
      },
      {
        path: 'response',
        label: 'Paths in the answer',
        kind: 'json',
        hint: '{"text": "answer.text"}. Empty: the whole answer is text',
      },
      { path: 'stream', label: 'Stream', kind: 'json', hint: '{"path": "delta", "done": "[DONE]"}' },
      ...LIMITS,
      ...PRICES,
    ],
  },
  command: {
    label: 'Command: a program of the operator',
    model: 'Told to the program',
    fields: [
      {
        path: 'command',
        label: 'Command',
        kind: 'text',
        isRequired: true,
        hint: 'Its name in AGENT_COMMANDS_FILE',
      },
    ],
  },
  replay: { label: 'Replay: answers that were recorded', model: 'Whose answers they are', fields: [] },
  baseline: {
    label: 'Baseline: what any real agent should beat',
    model: 'constant, random or calculator',
    fields: [{ path: 'answer', label: 'Answer', kind: 'text', hint: 'What “constant” always says' }],
  },
};

export type Settings = Record<string, unknown>;

export const read = (settings: Settings, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Settings | undefined)?.[key], settings);

/** With the value at the path; without it, and without what it leaves empty, where there is none. */
export function write(settings: Settings, path: string, value: unknown): Settings {
  const [key = '', ...rest] = path.split('.');
  const inner = rest.length === 0 ? value : write((settings[key] ?? {}) as Settings, rest.join('.'), value);
  const { [key]: _old, ...others } = settings;
  const isNothing = inner === undefined || (rest.length > 0 && Object.keys(inner as object).length === 0);
  return isNothing ? others : { ...others, [key]: inner };
}
