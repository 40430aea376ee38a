import { describe, expect, it } from 'vitest';
import { Unscorable, type ScoringInput } from '../score.js';
import { bindScorer, scorerSchema } from '../scorers/bind-scorer.js';
import { scoringInput } from '../testing/index.js';
import { JudgeFailed, type JudgeQuestion, type Verdict } from './judging.js';
import { llmJudgeSpec } from './llm-judge-spec.js';

type Say = (question: JudgeQuestion) => object | string;

/** Scores with judges that say what `say` says, to which the id that was asked for is added. */
async function judge(options: object, say: Say, input: Partial<ScoringInput> = {}) {
  const scorer = bindScorer(
    scorerSchema.parse({ type: 'llm_judge', criteria: 'Polite.', judges: [{ agent: 'a@1' }], ...options }),
  );
  const asked: JudgeQuestion[] = [];
  const verdicts: Verdict[] = [];
  const ask = async (question: JudgeQuestion) => {
    asked.push(question);
    const said = say(question);
    const id = /"id": "(\w+)"/.exec(question.system ?? '')?.[1];
    const text = typeof said === 'string' ? said : JSON.stringify({ id, explanation: 'So.', ...said });
    return { text, latencyMs: 5, inputTokens: 7, outputTokens: 3, costUsd: 0.01 };
  };
  const given = scoringInput({ output: 'Hello!', judging: { ask, verdicts }, ...input });
  const outcome = await Promise.resolve(scorer.score(given, new AbortController().signal)).catch(
    (error: unknown) => error,
  );
  return { outcome, asked, verdicts };
}

const jury = (...weights: number[]) => weights.map((weight, i) => ({ agent: `j${i}@1`, weight }));
const fails = (message: string): never => {
  throw new JudgeFailed(message);
};

describe('llm_judge', () => {
  it('asks with a nonce of its own each time, and keeps what was said', async () => {
    const { outcome, asked, verdicts } = await judge({ repeats: 2 }, () => ({ pass: true }));
    expect(outcome).toEqual({ value: 1, answer: '1, 1', explanation: '2 voted, by mean: So.' });
    expect(new Set(asked.map(({ system }) => system)).size).toBe(2);
    expect(asked.map(({ repeat }) => repeat)).toEqual([0, 1]);
    expect(asked[0]?.settings).toEqual({ temperature: undefined, maxTokens: 1024 });
    expect(verdicts[1]).toEqual({
      scorer: 'llm_judge',
      judge: 'a@1',
      repeat: 2,
      order: null,
      value: 1,
      explanation: 'So.',
      error: null,
      latency_ms: 5,
      input_tokens: 7,
      output_tokens: 3,
      cost_usd: 0.01,
    });
  });

  it('shows task, targets and output, or hides the targets', async () => {
    const input = { targets: ['Hi.', 'Good day.'] };
    const { asked } = await judge({}, () => ({ pass: true }), input);
    expect(asked[0]?.prompt).toMatch(/\[user\]\nA question[^]*\nHi\.\n[^]*\nGood day\.\n[^]*\nHello!\n/);
    const blind = await judge({ show_target: false }, () => ({ pass: true }), input);
    expect(blind.asked[0]?.prompt).not.toMatch(/Hi\.|reference/);
  });

  it.each<[string, object, (judge: string) => object, number]>([
    ['mean', {}, (name) => ({ pass: name !== 'j2@1' }), 2 / 3],
    ['majority', {}, (name) => ({ pass: name !== 'j2@1' }), 1],
    ['majority', { judges: jury(1, 1, 3) }, (name) => ({ pass: name !== 'j2@1' }), 0],
    [
      'median',
      { verdict: { type: 'scale', min: 0, max: 10 } },
      (name) => ({ score: name === 'j2@1' ? 0 : 8 }),
      0.8,
    ],
  ])('weighs a jury by %s %j', async (aggregate, options, say, value) => {
    const { outcome } = await judge({ judges: jury(1, 1, 1), aggregate, ...options }, (asked) =>
      say(asked.judge),
    );
    expect(outcome).toHaveProperty('value', expect.closeTo(value, 12));
  });

  describe('of a pair', () => {
    const options = { verdict: { type: 'pairwise' } };
    const input = { targets: ['Good day.'] };
    const better = (text: string) => (question: JudgeQuestion) => ({
      better: question.prompt.indexOf(text) < question.prompt.indexOf('</contender-a') ? 'A' : 'B',
    });

    it.each([
      ['the candidate', better('Hello!'), 1, [1, 1]],
      ['the reference', better('Good day.'), 0, [0, 0]],
      ['neither', () => ({ better: 'tie' }), 0.5, [0.5, 0.5]],
      ['whatever comes first', () => ({ better: 'A' }), 0.5, [1, 0]],
    ])('asks in both orders, and %s is better', async (_, say, value, values) => {
      const { outcome, verdicts } = await judge(options, say, input);
      expect(outcome).toHaveProperty('value', value);
      expect(verdicts.map((verdict) => verdict.order)).toEqual(['candidate_first', 'reference_first']);
      expect(verdicts.map((verdict) => verdict.value)).toEqual(values);
    });

    it('says how many votes changed with the order', async () => {
      const { outcome } = await judge({ ...options, repeats: 3 }, () => ({ better: 'A' }), input);
      expect(outcome).toHaveProperty(
        'explanation',
        '3 voted, by mean; 3 changed with the order, which makes a tie: So.',
      );
    });

    it('asks once where it is told to, against a field of the metadata', async () => {
      const { outcome, asked } = await judge(
        { verdict: { type: 'pairwise', reference: 'old', swap: false } },
        better('Hello!'),
        { metadata: { old: 'Go away.' } },
      );
      expect(outcome).toHaveProperty('value', 1);
      expect(asked).toHaveLength(1);
      expect(asked[0]?.prompt).toContain('Go away.');
    });

    it('needs both orders for a vote', async () => {
      let times = 0;
      const { outcome } = await judge(options, () => (++times === 2 ? 'B' : { better: 'A' }), input);
      expect(outcome).toMatchObject({ code: 'malformed_verdict' });
    });

    it('is unscorable without the other', async () => {
      const { outcome, asked } = await judge(
        { verdict: { type: 'pairwise', reference: 'old' } },
        () => ({ better: 'A' }),
        { metadata: { old: 3 } },
      );
      expect(outcome).toMatchObject({ code: 'reference_missing' });
      expect(asked).toEqual([]);
    });
  });

  it.each<[string, object, Say, object]>([
    [
      'no number',
      {},
      () => 'It is good: 1',
      { code: 'malformed_verdict', message: expect.stringMatching(/"a@1".*malformed/) },
    ],
    [
      'half of the votes',
      { repeats: 2 },
      ({ repeat }) => (repeat ? 'x' : { pass: true }),
      { code: 'malformed_verdict' },
    ],
    [
      'more than half',
      { repeats: 3 },
      ({ repeat }) => (repeat ? { pass: true } : 'x'),
      { value: 1, explanation: expect.stringMatching(/^2 of 3 votes are valid/) },
    ],
    [
      'as few as allowed',
      { repeats: 3, min_votes: 1 },
      ({ repeat }) => (repeat ? 'x' : { pass: true }),
      { value: 1 },
    ],
    [
      'fewer than wanted',
      { repeats: 3, min_votes: 3 },
      ({ repeat }) => (repeat ? { pass: true } : 'x'),
      { code: 'malformed_verdict' },
    ],
    [
      'a failure',
      {},
      () => fails('No network.'),
      { code: 'judge_failed', message: expect.stringMatching(/No network/) },
    ],
    [
      'one failure of three',
      { judges: jury(1, 1, 1) },
      ({ judge: name }) => (name === 'j0@1' ? fails('No.') : { pass: false }),
      { value: 0 },
    ],
  ])('counts votes that there are: %s', async (_, options, say, expected) => {
    const { outcome, asked, verdicts } = await judge(options, say);
    expect(outcome).toMatchObject(expected);
    expect(verdicts).toHaveLength(asked.length);
    expect(verdicts.every(({ value, error }) => (value === null) !== (error === null))).toBe(true);
  });

  it('passes on what is no failure of the judge', async () => {
    const halt = new Error('The run is paused.');
    const { outcome } = await judge({}, () => {
      throw halt;
    });
    expect(outcome).toBe(halt);
  });

  it('is unscorable where nobody can be asked', async () => {
    const { outcome } = await judge({}, () => ({}), { judging: undefined });
    expect(outcome).toBeInstanceOf(Unscorable);
  });

  it.each([
    [{ criteria: undefined }, /judge must know/],
    [{ judges: [] }, /judges/],
    [{ judges: [{ agent: 'a' }] }, /name@version/],
    [{ judges: [{ agent: 'a@1' }, { agent: 'a@1' }] }, /each judge once/],
    [{ min_votes: 2 }, /only 1 votes/],
    [{ verdict: { type: 'scale', min: 3, max: 3 } }, /more than min/],
    [{ verdict: { type: 'scale', min: 0.5, max: 3 } }, /int/],
    [{ rubric: 'x' }, /rubric/],
  ])('refuses %j', (options, message) => {
    const spec = { type: 'llm_judge', criteria: 'Polite.', judges: [{ agent: 'a@1' }], ...options };
    expect(llmJudgeSpec.safeParse(spec).error?.message).toMatch(message);
  });
});
