import { randomBytes } from 'node:crypto';
import type { ScorerDefinition, Surroundings } from '../scorers/define-scorer.js';
import { noTargetProblem } from '../scorers/no-target.js';
import { shorten, Unscorable, type Score, type Scorer, type ScoringInput } from '../score.js';
import { judgePrompt, type Shown } from './judge-prompt.js';
import { JudgeFailed, type AskJudge, type JudgeAnswer, type Verdict } from './judging.js';
import { llmJudgeSpec, type LlmJudgeSpec } from './llm-judge-spec.js';
import { readVerdict, verdictJsonSchema } from './read-verdict.js';
import { aggregate, bothOrders, type Vote } from './votes.js';

/**
 * What other agents think of the output: their votes, by weight. A verdict that cannot be read is no vote, and with too
 * few votes there is no score.
 */
export const llmJudge: ScorerDefinition = {
  schema: llmJudgeSpec,
  version: () => 1,
  judges: ({ judges }: LlmJudgeSpec) => judges.map(({ agent }) => agent),
  bind,
};

function bind(spec: LlmJudgeSpec, { name: scorer }: Surroundings): Scorer {
  const { judges, repeats, verdict, min_votes, temperature, max_tokens: maxTokens } = spec;
  const wanted = judges.length * repeats;
  const needed = min_votes ?? Math.floor(wanted / 2) + 1;
  const schema = spec.structured_output ? verdictJsonSchema(verdict) : undefined;

  const ask = async (
    askJudge: AskJudge,
    who: Pick<Verdict, 'judge' | 'repeat' | 'order'>,
    shown: Shown[],
  ): Promise<Verdict> => {
    const nonce = randomBytes(8).toString('hex');
    let answer: JudgeAnswer;
    try {
      answer = await askJudge({
        ...judgePrompt(spec, shown, nonce),
        judge: who.judge,
        schema,
        settings: { temperature, maxTokens },
        repeat: who.repeat - 1,
      });
    } catch (error) {
      if (!(error instanceof JudgeFailed)) throw error;
      return { ...NO_VERDICT, ...who, scorer, error: error.message };
    }
    const reading = readVerdict(answer.text, verdict, nonce);
    const known = 'value' in reading;
    return {
      ...who,
      scorer,
      value: known ? (who.order === 'reference_first' ? 1 - reading.value : reading.value) : null,
      explanation: known ? reading.explanation : null,
      error: known
        ? null
        : `The verdict is malformed. ${reading.problem} It began: "${shorten(answer.text)}"`,
      latency_ms: answer.latencyMs,
      input_tokens: answer.inputTokens,
      output_tokens: answer.outputTokens,
      cost_usd: answer.costUsd,
    };
  };

  return {
    async score(input) {
      const { judging } = input;
      if (!judging) throw new Unscorable('no_judges', 'There are no agents here that could judge.');
      const orders = ordersOf(spec, input);
      const verdicts: Verdict[] = [];
      const votes: Vote[] = [];
      let disagreements = 0;
      for (const { agent: judge, weight } of judges) {
        for (let repeat = 1; repeat <= repeats; repeat++) {
          const values: (number | null)[] = [];
          for (const { order, shown } of orders) {
            const given = await ask(judging.ask, { judge, repeat, order }, shown);
            verdicts.push(given);
            judging.verdicts.push(given);
            values.push(given.value);
          }
          const [one, other = one] = values;
          if (one == null || other == null) continue;
          if (one !== other) disagreements++;
          votes.push({ value: bothOrders(one, other), weight });
        }
      }
      if (votes.length < needed) throw tooFew(votes.length, needed, verdicts);
      return scoreOf(spec, votes, wanted, disagreements, verdicts);
    },
    targetProblem: noTargetProblem,
  };
}

const NO_VERDICT = {
  value: null,
  explanation: null,
  latency_ms: null,
  input_tokens: null,
  output_tokens: null,
  cost_usd: null,
};

/** What a judge is shown, once for each order of a pair. */
function ordersOf(
  { verdict, show_target }: LlmJudgeSpec,
  { output, targets, metadata, trial }: ScoringInput,
): { order: Verdict['order']; shown: Shown[] }[] {
  const task: Shown = {
    name: 'task',
    text: trial.messages.map(({ role, content }) => `[${role}]\n${content}`).join('\n\n'),
  };
  if (verdict.type !== 'pairwise') {
    const references = (show_target ? targets : []).map((text): Shown => ({ name: 'reference', text }));
    return [{ order: null, shown: [task, ...references, { name: 'candidate', text: output }] }];
  }
  const { reference: field, swap } = verdict;
  const reference = field === undefined ? targets[0] : metadata?.[field];
  if (typeof reference !== 'string' || reference === '') {
    const where = field === undefined ? 'target' : `text in metadata.${field}`;
    throw new Unscorable('reference_missing', `The sample has no ${where} to compare the output with.`);
  }
  const shown = (a: string, b: string): Shown[] => [
    task,
    { name: 'contender-a', text: a },
    { name: 'contender-b', text: b },
  ];
  return [
    { order: 'candidate_first', shown: shown(output, reference) },
    ...(swap ? [{ order: 'reference_first' as const, shown: shown(reference, output) }] : []),
  ];
}

function tooFew(valid: number, needed: number, verdicts: Verdict[]): Unscorable {
  const failed = verdicts.filter(({ error }) => error !== null);
  // One that took no time was not answered at all.
  const malformed = failed.find(({ latency_ms }) => latency_ms !== null);
  const { judge, error } = malformed ?? failed[0] ?? {};
  return new Unscorable(
    malformed ? 'malformed_verdict' : 'judge_failed',
    `Of ${needed} votes that are needed, ${valid} are valid. Judge "${judge}": ${error}`,
  );
}

function scoreOf(
  { aggregate: how, verdict }: LlmJudgeSpec,
  votes: Vote[],
  wanted: number,
  disagreements: number,
  verdicts: Verdict[],
): Score {
  const value = aggregate(votes, how);
  const given = votes.map((vote) => String(+vote.value.toFixed(3))).join(', ');
  const counted = votes.length < wanted ? `${votes.length} of ${wanted} votes are valid` : `${wanted} voted`;
  const swapped =
    verdict.type === 'pairwise' && disagreements > 0
      ? `; ${disagreements} changed with the order, which makes a tie`
      : '';
  const words = verdicts.find(({ explanation }) => explanation !== null)?.explanation ?? '';
  return {
    value,
    answer: given.slice(0, 200),
    explanation: `${counted}, by ${how}${swapped}: ${shorten(words)}`,
  };
}
