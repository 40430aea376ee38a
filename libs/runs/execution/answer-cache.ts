import { LRUCache } from 'lru-cache';
import type { JudgeAnswer, JudgeQuestion } from '#libs/scoring';

/** Of all answers together, in characters: some 2,000 embeddings of a large model. */
const MAX_CHARACTERS = 64 * 2 ** 20;

/** Answers of this worker that need not be asked for again: embeddings of targets, which every entry and epoch compares with. */
export class AnswerCache {
  private readonly answers = new LRUCache<string, string>({
    maxSize: MAX_CHARACTERS,
    sizeCalculation: (answer, key) => answer.length + key.length,
  });

  /** @param agentId of a version, which never changes. @param ask is called, and pays, where the answer is not known. */
  async of(
    agentId: string,
    { reusable, prompt }: JudgeQuestion,
    ask: () => Promise<JudgeAnswer>,
  ): Promise<JudgeAnswer> {
    if (!reusable) return ask();
    const key = `${agentId} ${prompt}`;
    const text = this.answers.get(key);
    if (text !== undefined) return { text, latencyMs: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 };
    const answer = await ask();
    if (reusable(answer.text)) this.answers.set(key, answer.text);
    return answer;
  }
}
