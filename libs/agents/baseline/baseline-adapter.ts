import { AgentAdapter, type AgentRequest, type AgentResponse } from '../agent-adapter.js';
import { plainOnly } from '../plain-only.js';

export class BaselineAdapter extends AgentAdapter {
  constructor(private readonly answer: (request: AgentRequest) => string) {
    super();
  }

  async complete(request: AgentRequest, signal: AbortSignal): Promise<AgentResponse> {
    signal.throwIfAborted();
    plainOnly(request, 'baseline');
    return {
      text: this.answer(request),
      toolCalls: [],
      usage: { inputTokens: 0, outputTokens: 0 },
      finishReason: 'stop',
      ttftMs: null,
      rawId: null,
    };
  }
}
