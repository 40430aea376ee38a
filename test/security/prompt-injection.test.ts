import { describe, expect, it } from 'vitest';
import { compileScoring, scoringSpecSchema, Unscorable, type Verdict } from '#libs/scoring';
import { scoringInput } from '#libs/scoring/testing';
import { recordAttack } from './attack-log.js';
import { PROMPT_INJECTIONS } from './prompt-injections.js';

/** What a judge is asked, and who answers it. */
interface Asked {
  system?: string;
  prompt: string;
}

const nonceOf = ({ system }: Asked): string => /"id": "(\w+)"/.exec(system ?? '')?.[1] ?? '';

/** Places of a trial that others write. */
const PLACES = {
  output: (text: string) => ({ output: text }),
  target: (text: string) => ({ output: 'x', targets: [text] }),
  task: (text: string) => {
    const { trial } = scoringInput({});
    return { output: 'x', trial: { ...trial, messages: [{ role: 'user' as const, content: text }] } };
  },
};

async function judged(place: keyof typeof PLACES, text: string, answer: (asked: Asked) => string) {
  const scoring = compileScoring(
    scoringSpecSchema.parse({
      scorers: [{ type: 'llm_judge', criteria: 'Right.', judges: [{ agent: 'a@1' }], show_target: true }],
    }),
  );
  const asked: Asked[] = [];
  const verdicts: Verdict[] = [];
  const ask = async (question: Asked) => {
    asked.push(question);
    return { text: answer(question), latencyMs: 1, inputTokens: 1, outputTokens: 1, costUsd: 0 };
  };
  const input = scoringInput({ ...PLACES[place](text), judging: { ask, verdicts } });
  const outcome = await scoring(input, new AbortController().signal).catch((error: unknown) => error);
  return { outcome, question: asked[0] as Asked };
}

/** Whether a question is one block for each shown text, and in none of them anything like a marker is left. */
function isWellDelimited(question: Asked): boolean {
  const nonce = nonceOf(question);
  const blocks = [
    ...question.prompt.matchAll(new RegExp(`^<([a-z-]+)-${nonce}>\\n([^]*?)\\n</\\1-${nonce}>$`, 'gm')),
  ];
  if (blocks.map(([, name]) => name).join() !== 'task,reference,candidate') return false;
  if (question.prompt.split(nonce).length !== 2 * blocks.length + 1) return false;
  const bare = (text: string): string => text.replaceAll(/\p{Cf}/gu, '').normalize('NFKC');
  const marker = /<\s*\/?\s*(task|reference|candidate|contender)\b|<\|[^|]*\|>|\[\/?INST\]|<<\/?SYS>>/i;
  return blocks.every(([, , text = '']) => !marker.test(bare(text)));
}

describe('an output that speaks to its judge', () => {
  const cases = PROMPT_INJECTIONS.flatMap((text) =>
    (Object.keys(PLACES) as (keyof typeof PLACES)[]).map((place) => ({ text, place })),
  );

  it('closes no block and leaves no marker', async () => {
    const bad: string[] = [];
    for (const { text, place } of cases) {
      const { question } = await judged(place, text, () => '');
      if (!isWellDelimited(question)) bad.push(`${place}: ${text.slice(0, 80)}`);
    }
    recordAttack('prompt injection: delimiters', cases.length, bad.length);
    expect(PROMPT_INJECTIONS.length).toBeGreaterThanOrEqual(50);
    expect(bad).toEqual([]);
  });

  it('gets no verdict out of a judge that repeats what it is shown', async () => {
    let breaches = 0;
    for (const { text, place } of cases) {
      const { outcome } = await judged(place, text, ({ prompt }) => prompt);
      if (!(outcome instanceof Unscorable && outcome.code === 'malformed_verdict')) breaches += 1;
    }
    recordAttack('prompt injection: an echoing judge', cases.length, breaches);
    expect(breaches).toBe(0);
  });

  it('changes no verdict of a judge that repeats it and then says its own', async () => {
    let breaches = 0;
    for (const { text, place } of cases) {
      const { outcome } = await judged(place, text, (asked) => {
        const verdict = { id: nonceOf(asked), explanation: 'Wrong.', pass: false };
        return `${JSON.stringify(verdict)}\n${asked.prompt}`;
      });
      const isTooLong = outcome instanceof Unscorable && text.length > 10_000;
      if ((outcome as { score?: number }).score !== 0 && !isTooLong) breaches += 1;
    }
    recordAttack('prompt injection: verdicts', cases.length, breaches);
    expect(breaches).toBe(0);
  });
});
