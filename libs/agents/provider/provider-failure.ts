import { AppError } from '#libs/common';
import type { Usage } from '../agent-adapter.js';
import { AgentError, type AgentErrorKind } from '../agent-error.js';
import { scrubbed } from '../scrub.js';
import { NO_KEY, type Endpoint } from './endpoint.js';
import { retryAfterMs } from './retry-after.js';

/** What an endpoint said in an error: an HTTP error's body, or an error in a stream or a batch (no status). */
interface Complaint {
  status: number;
  /** The provider's own names for the error: its `code` and `type`. */
  names: string[];
  message: string;
}

type Verdict = [kind: AgentErrorKind, code: string, advice: string];

/** HTTP statuses of errors that arrive inside a stream or a batch, where only their name tells what they are. */
const STATUS_OF_NAME: Record<string, number> = {
  invalid_request_error: 400,
  invalid_prompt: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  insufficient_quota: 429,
  timeout_error: 504,
  overloaded_error: 529,
};

const QUOTA = /^(insufficient_quota|billing_.*)$/;
const NO_CREDIT = /credit balance is too low|exceeded your current quota/i;
const TOO_LONG = /^(context_length_exceeded|exceed_context_size_error|request_too_large)$/;
const TOO_LONG_TEXT = /context (length|size|window)|maximum context|prompt is too long/i;
const REFUSED_CONTENT = /^(content_filter|content_policy_violation|invalid_prompt)$/;
const REFUSED_CONTENT_TEXT = /content (management )?policy|safety system|usage polic/i;
const BAD_SETTING = /^unsupported_(parameter|value)$/;
const BAD_SETTING_TEXT =
  /(temperature|top_p|max_\w*tokens|stop\w*|effort|budget_tokens|seed)\W.*(deprecated|not permitted|(un|not )supported)/i;
const BAD_SCHEMA_TEXT =
  /invalid (json )?schema|(response_format|output_config|input_schema|tools)\b.*schema/i;

/** The error for what an endpoint refused. @param status absent where the complaint came inside a stream or batch. */
export function refusal(
  endpoint: Endpoint,
  body: unknown,
  status?: number,
  headers?: Pick<Headers, 'get'>,
): AgentError {
  const complaint = readComplaint(body, status);
  const [kind, code, advice] = judge(complaint, endpoint);
  const said = withoutKeys(complaint.message, endpoint);
  return new AgentError(
    kind,
    code,
    `${endpoint.name} answered ${status ?? 'with an error instead of the answer'}: ${said} ${advice}`,
    { status, retryAfterMs: headers && retryAfterMs(headers) },
  );
}

/** The error for a call that failed on the way. @param code of Node or undici, e.g. `ECONNRESET`. */
function networkFailure(endpoint: Endpoint, code: string, inBody: boolean): AgentError {
  const [kind, name, text] = judgeNetwork(code, inBody);
  return new AgentError(kind, name, `${endpoint.name} ${text} (${code})`);
}

/** Whatever a call threw, as the error that says who must act. @param inBody whether the answer had begun. */
export function toAgentError(endpoint: Endpoint, error: unknown, inBody = true): AgentError {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if (inner instanceof CarriedFailure) return inner.failure;
    if (inner instanceof AgentError) return inner;
    // An address that is not to be called.
    if (inner instanceof AppError) return new AgentError('configuration', inner.code, inner.message);
    // Both SDKs throw errors inside a stream with the parsed body as `error`.
    if ('error' in inner && inner.error !== undefined) return refusal(endpoint, inner.error);
    if ('code' in inner && typeof inner.code === 'string')
      return networkFailure(endpoint, inner.code, inBody);
    if (inner instanceof SyntaxError) return invalidResponse();
  }
  return invalidResponse(error);
}

/**
 * Takes an AgentError through an SDK. The SDKs replace an error whose text speaks of a time-out by one of their
 * own and drop ours, so the text of this one says nothing.
 */
export class CarriedFailure extends Error {
  constructor(readonly failure: AgentError) {
    super('see failure');
  }
}

/** @param usage as far as the provider had told by then. */
export const truncatedResponse = (usage: Usage | null): AgentError =>
  new AgentError('retryable', 'provider_truncated_response', 'The answer ended before its end. Try again.', {
    usage: usage ?? undefined,
  });

export const emptyResponse = (usage: Usage | null): AgentError =>
  new AgentError('retryable', 'provider_empty_response', 'The response holds no answer at all. Try again.', {
    usage: usage ?? undefined,
  });

/** @param why its requests have no answer, as the provider names it. */
export const unansweredInBatch = (why: string): AgentError =>
  new AgentError('retryable', 'batch_unanswered', `The batch ended without an answer to it (${why}).`);

export const onlySignsOfLife = (idleMs: number): AgentError =>
  new AgentError(
    'retryable',
    'provider_timeout',
    `For ${idleMs} ms nothing came but keep-alives. Try again, or raise PROVIDER_IDLE_TIMEOUT_MS.`,
  );

export const invalidResponse = (cause?: unknown): AgentError =>
  new AgentError(
    'retryable',
    'provider_invalid_response',
    'The response is not in the shape of the protocol. Check that base_url is an API of this kind.',
    { cause },
  );

function judge({ status, names, message }: Complaint, endpoint: Endpoint): Verdict {
  const named = (pattern: RegExp): boolean => names.some((name) => pattern.test(name));
  const { urlSetting = 'base_url' } = endpoint;
  if (status < 400) {
    return ['configuration', 'provider_redirected', `Set ${urlSetting} to the address that it redirects to.`];
  }
  if (status >= 500) {
    if (status === 504) return ['retryable', 'provider_timeout', 'Try again.'];
    if (status === 503 || status === 529) return ['retryable', 'provider_overloaded', 'Try again later.'];
    return ['retryable', 'provider_server_error', 'Try again.'];
  }
  if (status === 402 || named(QUOTA) || NO_CREDIT.test(message)) {
    return ['blocked', 'provider_quota_exhausted', 'Add credit to the account or raise its limit.'];
  }
  if (status === 401 || status === 403) return ['blocked', 'provider_key_rejected', endpoint.keyAdvice];
  if (status === 404 || named(/^model_not_found$/)) {
    return ['configuration', 'provider_model_not_found', `Check the agent's model and ${urlSetting}.`];
  }
  if (status === 429) return ['rate_limited', 'provider_rate_limited', 'Wait, or lower the concurrency.'];
  if (status === 408) return ['retryable', 'provider_timeout', 'Try again.'];
  if (status === 409) return ['retryable', 'provider_conflict', 'Try again.'];
  if (status === 413 || named(TOO_LONG) || TOO_LONG_TEXT.test(message)) {
    return ['agent_fault', 'context_too_long', 'The sample is too long for this model.'];
  }
  if (named(REFUSED_CONTENT) || REFUSED_CONTENT_TEXT.test(message)) {
    return ['agent_fault', 'content_refused', 'The provider will not answer this sample.'];
  }
  if (named(BAD_SETTING) || BAD_SETTING_TEXT.test(message)) {
    return ['configuration', 'provider_rejected_setting', "Change the agent's or the run's settings."];
  }
  if (BAD_SCHEMA_TEXT.test(message)) {
    return [
      'configuration',
      'provider_rejected_schema',
      "Change the benchmark's response_schema or the parameters of its tools to what the provider supports.",
    ];
  }
  return ['agent_fault', 'provider_refused_request', 'See what it said.'];
}

function judgeNetwork(code: string, inBody: boolean): Verdict {
  switch (code) {
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return [
        'retryable',
        'provider_timeout',
        'was silent for too long. Try again, or raise PROVIDER_*_TIMEOUT_MS',
      ];
    case 'UND_ERR_RES_EXCEEDED_MAX_SIZE':
      return ['agent_fault', 'provider_response_too_large', 'sent more than PROVIDER_MAX_RESPONSE_BYTES'];
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return [
        'retryable',
        'provider_unreachable',
        'cannot be reached. Check that it runs and the name is right',
      ];
  }
  if (/CERT|SIGNATURE/.test(code)) {
    return [
      'configuration',
      'provider_certificate_invalid',
      'has a certificate that this machine does not trust',
    ];
  }
  if (code.startsWith('HPE_')) return ['retryable', 'provider_invalid_response', 'does not answer in HTTP'];
  return inBody
    ? [
        'retryable',
        'provider_truncated_response',
        'closed the connection in the middle of the answer. Try again',
      ]
    : ['retryable', 'provider_connection_lost', 'closed the connection before answering. Try again'];
}

/**
 * The error bodies in use: `{error: {message, type, code}}` (OpenAI, Anthropic), `{error: "…"}` (Ollama),
 * `{message, type, code}` (vLLM), `{detail: …}` (FastAPI), or any text.
 */
function readComplaint(body: unknown, status: number | undefined): Complaint {
  const outer = asRecord(body);
  const inner = asRecord(outer?.error) ?? outer;
  const names = [inner?.code, inner?.type].filter((name) => typeof name === 'string');
  const text = inner?.message ?? outer?.error ?? outer?.detail ?? body;
  const named = names.map((name) => STATUS_OF_NAME[name]).find((known) => known !== undefined);
  return {
    status: status ?? named ?? 500,
    names,
    message: typeof text === 'string' ? text : (JSON.stringify(text) ?? 'nothing'),
  };
}

const asRecord = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;

/** What a server said, as one short sentence in quotes; a server may echo the key that it was sent. */
function withoutKeys(said: string, endpoint: Endpoint): string {
  const clean = endpoint.apiKey === NO_KEY ? said : scrubbed(said, [endpoint.apiKey]);
  const line = clean
    .replace(/\bsk-[\w*-]{4,}/g, '[key]')
    .replace(/\s+/g, ' ')
    .trim();
  return line === '' ? 'nothing.' : `"${line.slice(0, 300)}".`;
}
