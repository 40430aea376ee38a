import type { z } from 'zod';
import type { CallLimitSpec } from '#libs/limits';
import type { WorkspaceSecrets } from '#libs/vault';
import type { AgentError } from './agent-error.js';
import type { ContentPart } from './content-part.js';

/** One message of a conversation, as it is also stored. A message of plain text is a role and a string. */
export type AgentMessage =
  | { role: 'system'; content: string }
  | { role: 'user'; content: string | ContentPart[] }
  | {
      role: 'assistant';
      content: string;
      calls?: ToolCall[];
      /** What the provider wants to see again, unchanged, with the results of the calls; see `AgentResponse`. */
      reasoning?: unknown[];
    }
  /** What came of the tool call `id`. */
  | { role: 'tool'; content: string; id: string; name: string; error?: true };

/** A tool that an agent may call. */
export interface ToolSpec {
  /** Letters, digits, `_` and `-`, at most 64. */
  name: string;
  description: string;
  /** JSON Schema of an object. */
  parameters: Record<string, unknown>;
}

/** Generation settings of a run; an absent one is left to the provider's default. */
export interface GenerationSettings {
  temperature?: number;
  topP?: number;
  maxTokens?: number;
  stop?: string[];
}

export interface AgentRequest {
  messages: AgentMessage[];
  settings: GenerationSettings;
  /** What the agent may call; absent where there is nothing. */
  tools?: ToolSpec[];
  /** JSON Schema that the text of the answer is to be an instance of. */
  responseSchema?: Record<string, unknown>;
  /** What the trial is of. It never holds the target: an adapter cannot cheat. */
  trial: { sampleId: string; epoch: number; seed: number; choices?: string[] };
}

export interface Usage {
  inputTokens: number;
  outputTokens: number;
  /** Part of `inputTokens` that the provider served from its cache. */
  cachedInputTokens?: number;
  /** Part of `outputTokens` spent on hidden reasoning. */
  reasoningTokens?: number;
}

export interface ToolCall {
  id: string;
  name: string;
  /** The arguments as the model wrote them: JSON text, not parsed. */
  arguments: string;
}

export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'other';

export interface AgentResponse {
  text: string;
  toolCalls: ToolCall[];
  /** Hidden reasoning as the provider gave it (signed, encrypted), which it wants back with the results of tool calls. */
  reasoning?: unknown[];
  /** Null where the provider reported none. */
  usage: Usage | null;
  finishReason: FinishReason;
  /** Milliseconds from the call to the first generated content; null where the adapter does not stream. */
  ttftMs: number | null;
  /** The provider's id of the response, for their support. */
  rawId: string | null;
}

/**
 * What an agent is, as an adapter needs it. `settings` were checked by the adapter's own schema.
 * Immutable: `id` names this version of the agent for ever.
 */
export interface AgentSpec {
  id: string;
  name: string;
  adapter: string;
  model: string;
  settings: Record<string, unknown>;
}

/** Why an agent cannot be used as configured; `variable` is the environment variable to set, if one is missing. */
export interface ConfigurationProblem {
  code: string;
  message: string;
  variable?: string;
}

export interface BatchRequest {
  /** Of the request in its batch: letters, digits, `-` and `_`, at most 64. */
  id: string;
  request: AgentRequest;
}

/** What came of a batch that is over. */
export interface BatchEnd {
  /** By the id of the request: the answer, or why there is none. */
  answers: Map<string, AgentResponse | AgentError>;
  /** Why a request is not among them; of kind `retryable` where another batch may answer it. */
  missing: AgentError;
}

/**
 * How an agent answers many requests at once, within hours. Each of these is a few calls and does not retry.
 * They throw what `AgentAdapter.complete` does, and never for a single request of a batch.
 */
export interface BatchPort {
  /** Hands the requests over. @param name unique, kept with the batch where the provider can. @returns the provider's id. */
  submit(name: string, requests: BatchRequest[], signal: AbortSignal): Promise<string>;
  /** The id of the batch that was submitted under that name, null where there is none or the provider keeps no names. */
  find(name: string, signal: AbortSignal): Promise<string | null>;
  /** Null until the batch is over. */
  poll(id: string, signal: AbortSignal): Promise<BatchEnd | null>;
  /** No further request of it is answered; those that are, are paid for. */
  cancel(id: string, signal: AbortSignal): Promise<void>;
}

/** One agent, ready to answer. Created once for each entry that a worker executes. */
export abstract class AgentAdapter {
  /** Present where the agent is to be asked in batches. */
  readonly batch?: BatchPort;

  /**
   * One call to the agent. Does not retry. What an adapter cannot pass on (tools, images, a schema) it refuses with
   * `configuration`: an agent that was never shown them would seem to fail.
   * @throws AgentError always, whatever went wrong, except the signal's own reason when `signal` aborts.
   */
  abstract complete(request: AgentRequest, signal: AbortSignal): Promise<AgentResponse>;
}

/** A name of secrets that has a meaning. */
export interface ReservedSecret {
  name: string;
  /** Where it goes unless its owner names another. */
  origin: string;
}

/** Everything known about one kind of adapter. */
export abstract class AdapterFactory {
  /** The `adapter` value of agents that this factory serves. */
  abstract readonly kind: string;
  /** Schema of an agent's `settings`; strict, so that a misspelt setting is an error. */
  abstract readonly settingsSchema: z.ZodType<Record<string, unknown>>;
  /** Whether an agent of this kind calls a provider over the network (and so may cost money). */
  abstract readonly remote: boolean;
  /**
   * Checks settings with the help of others, such as DNS, before they are stored. Most need none.
   * @throws AppError in words for whoever creates the agent.
   */
  checkAtSave(_settings: Record<string, unknown>): Promise<void> {
    return Promise.resolve();
  }
  /** The secret of a workspace that its agents of this kind use instead of the operator's key; null where there is none. */
  get key(): ReservedSecret | null {
    return null;
  }
  /**
   * Checks without calling anybody: missing keys, unknown baselines. Empty when the agent can be used.
   * @param secrets of the agent's workspace.
   */
  abstract problems(agent: AgentSpec, secrets: WorkspaceSecrets): ConfigurationProblem[];
  /** Whose calls are limited together with the agent's, in this workspace; null where none need be. */
  abstract limits(agent: AgentSpec, workspaceId: string, secrets: WorkspaceSecrets): CallLimitSpec | null;
  /** @param secrets as they are at each call: a value that was replaced is used no more. */
  abstract create(agent: AgentSpec, secrets: () => Promise<WorkspaceSecrets>): AgentAdapter;
}
