import { describe, expect, it } from 'vitest';
import { agentAdapterContract, agentRequest, agentSpec, InMemoryRecordingSource } from '../testing/index.js';
import { recordingLineSchema, RecordingSource } from './recording-source.js';
import { ReplayAdapterFactory } from './replay-adapter-factory.js';

const agent = agentSpec({ adapter: 'replay', model: 'recorded' });
const trial = (sampleId: string, epoch = 1) =>
  agentRequest('ignored', { trial: { sampleId, epoch, seed: 1 } });
const signal = new AbortController().signal;

agentAdapterContract('replay', async () => {
  const source = new InMemoryRecordingSource();
  for (let i = 0; i < 12; i++) {
    source.add(agent.id, `s${i}`, 1, { output: `answer ${i}`, finish_reason: 'stop' });
  }
  return {
    factory: new ReplayAdapterFactory(source),
    agent,
    request: (index) => trial(`s${index}`),
    failing: () => trial('unknown'),
  };
});

describe('the replay adapter', () => {
  const source = new InMemoryRecordingSource().add(agent.id, 's1', 1, {
    output: '42',
    usage: { input_tokens: 10, output_tokens: 2 },
    finish_reason: 'length',
  });
  const adapter = new ReplayAdapterFactory(source).create(agent);

  it('gives the recorded text, usage and finish reason', async () => {
    expect(await adapter.complete(trial('s1'), signal)).toEqual({
      text: '42',
      toolCalls: [],
      usage: { inputTokens: 10, outputTokens: 2 },
      finishReason: 'length',
      ttftMs: null,
      rawId: null,
    });
  });

  it("does not pass off one epoch's answer as another's", async () => {
    await expect(adapter.complete(trial('s1', 2), signal)).rejects.toMatchObject({
      kind: 'agent_fault',
      code: 'no_recorded_answer',
      message: expect.stringContaining('sample "s1", epoch 2') as unknown,
    });
  });

  it("does not see another agent's answers", async () => {
    const other = new ReplayAdapterFactory(source).create({ ...agent, id: 'agent-2' });
    await expect(other.complete(trial('s1'), signal)).rejects.toMatchObject({ code: 'no_recorded_answer' });
  });

  it('calls a source that fails a passing trouble', async () => {
    class BrokenSource extends RecordingSource {
      async find(): Promise<never> {
        throw new Error('connection lost');
      }
    }
    const broken = new ReplayAdapterFactory(new BrokenSource()).create(agent);
    await expect(broken.complete(trial('s1'), signal)).rejects.toMatchObject({
      kind: 'retryable',
      code: 'recordings_unavailable',
    });
  });
});

describe('a line of recorded answers', () => {
  it('needs only the sample and the output', () => {
    expect(recordingLineSchema.parse({ sample_id: 's1', output: '' })).toEqual({
      sample_id: 's1',
      epoch: 1,
      output: '',
      finish_reason: 'stop',
    });
  });

  it.each([
    ['no output', { sample_id: 's1' }],
    ['an empty sample id', { sample_id: '', output: 'x' }],
    ['epoch zero', { sample_id: 's1', epoch: 0, output: 'x' }],
    ['a misspelt member', { sample_id: 's1', output: 'x', epcoh: 2 }],
    ['negative tokens', { sample_id: 's1', output: 'x', usage: { input_tokens: -1, output_tokens: 0 } }],
  ])('is refused with %s', (_what, line) => {
    expect(recordingLineSchema.safeParse(line).success).toBe(false);
  });
});
