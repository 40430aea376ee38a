import { AgentAdapter, type AgentRequest, type AgentResponse, type AgentSpec } from '../agent-adapter.js';
import { AgentError } from '../agent-error.js';
import { plainOnly } from '../plain-only.js';
import type { RecordedAnswer, RecordingSource } from './recording-source.js';

export class ReplayAdapter extends AgentAdapter {
  constructor(
    private readonly agent: AgentSpec,
    private readonly recordings: RecordingSource,
  ) {
    super();
  }

  async complete(request: AgentRequest, signal: AbortSignal): Promise<AgentResponse> {
    signal.throwIfAborted();
    // Whoever gave the answer was shown images and schema; but its tool calls were not recorded with it.
    plainOnly({ tools: request.tools, messages: [] }, 'replay');
    const answer = await this.find(request.trial);
    signal.throwIfAborted();
    const { output, usage, finish_reason } = answer;
    return {
      text: output,
      toolCalls: [],
      usage: usage ? { inputTokens: usage.input_tokens, outputTokens: usage.output_tokens } : null,
      finishReason: finish_reason,
      ttftMs: null,
      rawId: null,
    };
  }

  private async find({ sampleId, epoch }: AgentRequest['trial']): Promise<RecordedAnswer> {
    const answer = await this.recordings.find(this.agent.id, sampleId, epoch).catch((cause: unknown) => {
      throw new AgentError(
        'retryable',
        'recordings_unavailable',
        'The recorded answers cannot be read now.',
        {
          cause,
        },
      );
    });
    if (answer) return answer;
    throw new AgentError(
      'agent_fault',
      'no_recorded_answer',
      `Agent "${this.agent.name}" has no recorded answer for sample "${sampleId}", epoch ${epoch}. Upload one.`,
    );
  }
}
