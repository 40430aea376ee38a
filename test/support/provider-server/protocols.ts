/** The protocols, as far as a client of text and tool calls sees them. */
export type Protocol = 'chat' | 'responses' | 'messages' | 'embeddings';

/** A message in no protocol's words: the result of a tool has the role `tool`, and what is no text is left out. */
export interface ProviderMessage {
  role: string;
  content: string;
}

/** What the server is to answer, in no protocol's words. */
export interface ProviderAnswer {
  /** The provider's own id of the answer; by default the same for all. */
  id?: string;
  text: string;
  toolCalls?: { id: string; name: string; arguments: string }[];
  /** Hidden reasoning, signed or encrypted, where the protocol hands it out. */
  reasoning?: string;
  /** Null leaves it out. Counts include cached and reasoning tokens. Default: a token for every four characters. */
  usage?: { input: number; output: number; cached?: number; reasoning?: number } | null;
  finish?: 'stop' | 'length' | 'content_filter';
}

interface Wire {
  messages(body: Record<string, unknown>): ProviderMessage[];
  /** The body of an answer at once. */
  whole(model: string, answer: ProviderAnswer): unknown;
  /** The same as server-sent events, each complete. */
  events(model: string, answer: ProviderAnswer): string[];
}

const ID = 'loopback-1';

const PROTOCOL_OF_END: [string, Protocol][] = [
  ['/chat/completions', 'chat'],
  ['/responses', 'responses'],
  ['/messages', 'messages'],
  ['/embeddings', 'embeddings'],
];

/** Under `/v1`, or wherever else a provider has put its API. */
export const protocolOf = (path: string): Protocol | undefined =>
  PROTOCOL_OF_END.find(([end]) => path.endsWith(end))?.[1];

type Block = Record<string, unknown>;

/** The text of a content of whatever protocol: a string, or parts of which some have a text. */
const textIn = (content: unknown): string =>
  typeof content === 'string'
    ? content
    : Array.isArray(content)
      ? content.map(({ text, content: inner }: Block) => (text as string) ?? textIn(inner)).join('')
      : '';

const event = (data: { type?: string }): string =>
  `${data.type === undefined ? '' : `event: ${data.type}\n`}data: ${JSON.stringify(data)}\n\n`;

/** Few but more than one, so that a reader that takes only the first is found out. */
const pieces = (text: string): string[] => text.match(/.{1,16}/gsu) ?? [];

const chatUsage = ({ usage }: ProviderAnswer): object | undefined =>
  usage
    ? {
        prompt_tokens: usage.input,
        completion_tokens: usage.output,
        total_tokens: usage.input + usage.output,
        prompt_tokens_details: { cached_tokens: usage.cached ?? 0 },
        completion_tokens_details: { reasoning_tokens: usage.reasoning ?? 0 },
      }
    : undefined;

const chatFinish = ({ finish, toolCalls }: ProviderAnswer): string =>
  finish ?? (toolCalls ? 'tool_calls' : 'stop');

const chatTools = ({ toolCalls }: ProviderAnswer): object[] | undefined =>
  toolCalls?.map((call, index) => ({
    index,
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: call.arguments },
  }));

const chat: Wire = {
  messages: (body) =>
    ((body.messages ?? []) as Block[]).map(({ role, content }) => ({
      role: String(role),
      content: textIn(content),
    })),
  whole: (model, answer) => ({
    id: answer.id ?? ID,
    object: 'chat.completion',
    model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: answer.text, tool_calls: chatTools(answer) },
        finish_reason: chatFinish(answer),
      },
    ],
    usage: chatUsage(answer),
  }),
  events(model, answer) {
    const chunk = (choices: object[], more: object = {}): string =>
      event({ id: answer.id ?? ID, object: 'chat.completion.chunk', model, choices, ...more } as object);
    const delta = (piece: object, finish: string | null = null): string =>
      chunk([{ index: 0, delta: piece, finish_reason: finish }]);
    return [
      delta({ role: 'assistant', content: '' }),
      ...pieces(answer.text).map((content) => delta({ content })),
      ...(chatTools(answer) ?? []).map((call) => delta({ tool_calls: [call] })),
      delta({}, chatFinish(answer)),
      ...(answer.usage ? [chunk([], { usage: chatUsage(answer) })] : []),
      'data: [DONE]\n\n',
    ];
  },
};

const responses: Wire = {
  messages: (body) =>
    typeof body.input === 'string'
      ? [{ role: 'user', content: body.input }]
      : ((body.input ?? []) as Block[]).reduce<ProviderMessage[]>((all, { type, role, content, output }) => {
          const item = {
            role: type === 'function_call_output' ? 'tool' : ((role as string | undefined) ?? 'assistant'),
            content: textIn(output ?? content),
          };
          // What other protocols have as one answer comes as several items here: reasoning, text, calls.
          const last = all.at(-1);
          if (item.role === 'assistant' && last?.role === 'assistant') last.content += item.content;
          else all.push(item);
          return all;
        }, []),
  whole: (model, { id = ID, text, toolCalls = [], reasoning, usage, finish }) => ({
    id,
    object: 'response',
    model,
    status: finish === undefined || finish === 'stop' ? 'completed' : 'incomplete',
    error: null,
    incomplete_details:
      finish === 'length'
        ? { reason: 'max_output_tokens' }
        : finish === 'content_filter'
          ? { reason: finish }
          : null,
    output: [
      ...(reasoning === undefined
        ? []
        : [{ type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: reasoning }]),
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text, annotations: [] }] },
      ...toolCalls.map((call) => ({
        type: 'function_call',
        call_id: call.id,
        name: call.name,
        arguments: call.arguments,
      })),
    ],
    usage: usage && {
      input_tokens: usage.input,
      input_tokens_details: { cached_tokens: usage.cached ?? 0 },
      output_tokens: usage.output,
      output_tokens_details: { reasoning_tokens: usage.reasoning ?? 0 },
      total_tokens: usage.input + usage.output,
    },
  }),
  events(model, answer) {
    const response = responses.whole(model, answer) as { status: string };
    return [
      event({
        type: 'response.created',
        response: { ...response, status: 'in_progress', output: [] },
      } as object),
      ...pieces(answer.text).map((delta) => event({ type: 'response.output_text.delta', delta } as object)),
      ...(answer.toolCalls ?? []).map((call) =>
        event({ type: 'response.function_call_arguments.delta', delta: call.arguments } as object),
      ),
      event({ type: `response.${response.status}`, response } as object),
    ];
  },
};

const messageUsage = ({ usage }: ProviderAnswer): object | undefined =>
  usage
    ? {
        input_tokens: usage.input - (usage.cached ?? 0),
        cache_read_input_tokens: usage.cached ?? 0,
        cache_creation_input_tokens: 0,
        output_tokens: usage.output,
        output_tokens_details: { thinking_tokens: usage.reasoning ?? 0 },
      }
    : undefined;

const STOP_REASON = { stop: 'end_turn', length: 'max_tokens', content_filter: 'refusal' };

const stopReason = ({ finish, toolCalls }: ProviderAnswer): string =>
  toolCalls ? 'tool_use' : STOP_REASON[finish ?? 'stop'];

const messages: Wire = {
  messages: (body) => [
    ...(typeof body.system === 'string' ? [{ role: 'system', content: body.system }] : []),
    ...((body.messages ?? []) as Block[]).flatMap(({ role, content }) => {
      const results =
        Array.isArray(content) && (content as Block[]).some(({ type }) => type === 'tool_result');
      return results
        ? (content as Block[]).map((result) => ({ role: 'tool', content: textIn(result.content) }))
        : { role: String(role), content: textIn(content) };
    }),
  ],
  whole: (model, answer) => ({
    id: answer.id ?? ID,
    type: 'message',
    role: 'assistant',
    model,
    content: [
      ...(answer.reasoning === undefined
        ? []
        : [{ type: 'thinking', thinking: answer.reasoning, signature: 'signed' }]),
      { type: 'text', text: answer.text },
      ...(answer.toolCalls ?? []).map((call) => ({
        type: 'tool_use',
        id: call.id,
        name: call.name,
        input: JSON.parse(call.arguments) as unknown,
      })),
    ],
    stop_reason: stopReason(answer),
    usage: messageUsage(answer),
  }),
  events(model, answer) {
    const block = (index: number, content_block: object, deltas: object[]): string[] => [
      event({ type: 'content_block_start', index, content_block } as object),
      ...deltas.map((delta) => event({ type: 'content_block_delta', index, delta } as object)),
      event({ type: 'content_block_stop', index } as object),
    ];
    const start = { id: answer.id ?? ID, type: 'message', role: 'assistant', model, content: [] };
    const thinking = answer.reasoning === undefined ? [] : pieces(answer.reasoning);
    const first = Math.min(1, thinking.length);
    return [
      event({
        type: 'message_start',
        message: { ...start, usage: { ...messageUsage(answer), output_tokens: 1 } },
      } as object),
      event({ type: 'ping' }),
      ...(first === 0
        ? []
        : block(0, { type: 'thinking', thinking: '', signature: '' }, [
            ...thinking.map((piece) => ({ type: 'thinking_delta', thinking: piece })),
            { type: 'signature_delta', signature: 'signed' },
          ])),
      ...block(
        first,
        { type: 'text', text: '' },
        pieces(answer.text).map((text) => ({ type: 'text_delta', text })),
      ),
      ...(answer.toolCalls ?? []).flatMap((call, i) =>
        block(first + i + 1, { type: 'tool_use', id: call.id, name: call.name, input: {} }, [
          { type: 'input_json_delta', partial_json: call.arguments },
        ]),
      ),
      event({
        type: 'message_delta',
        delta: { stop_reason: stopReason(answer) },
        usage: { output_tokens: answer.usage?.output ?? null },
      } as object),
      event({ type: 'message_stop' }),
    ];
  },
};

/** The text of an answer is the vector, as JSON. It is never streamed. */
const embeddings: Wire = {
  messages: ({ input }) => [{ role: 'user', content: String(input) }],
  whole: (model, { text, usage }) => ({
    object: 'list',
    model,
    data: [{ object: 'embedding', index: 0, embedding: JSON.parse(text) as unknown }],
    usage: usage ? { prompt_tokens: usage.input, total_tokens: usage.input } : undefined,
  }),
  events: () => [],
};

export const wires: Record<Protocol, Wire> = { chat, responses, messages, embeddings };
