import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AdapterFactory, AgentRequest, AgentResponse, AgentSpec } from '../agent-adapter.js';
import { AgentError } from '../agent-error.js';

export interface AdapterUnderTest {
  factory: AdapterFactory;
  /** One that can answer. */
  agent: AgentSpec;
  /** A different request for every index, each with the same answer whenever it is asked. */
  request(index: number): AgentRequest;
  /** From now on answers take seconds. Absent where there is nothing to wait for. */
  slow?(): void;
  /** Brings about a failure and returns the request that meets it. Absent where nothing can fail. */
  failing?(): AgentRequest;
  close?(): Promise<void>;
}

/** What every adapter must do. Run it from the adapter's own test file. */
export function agentAdapterContract(name: string, setup: () => Promise<AdapterUnderTest>): void {
  describe(`${name} keeps the contract of an agent adapter`, () => {
    let under: AdapterUnderTest;
    const complete = (request: AgentRequest, signal = new AbortController().signal): Promise<AgentResponse> =>
      under.factory.create(under.agent, async () => new Map()).complete(request, signal);

    beforeAll(async () => {
      under = await setup();
    });
    afterAll(() => under.close?.());

    it('finds no problem with the agent and answers', async () => {
      expect(under.factory.problems(under.agent, new Map())).toEqual([]);
      const response = await complete(under.request(0));
      expect(response.text.trim()).not.toBe('');
      expect(response).toMatchObject({ toolCalls: [], finishReason: 'stop' });
    });

    it('reports usage as whole numbers, or none', async () => {
      const { usage } = await complete(under.request(0));
      for (const count of Object.values(usage ?? {})) {
        expect(Number.isSafeInteger(count)).toBe(true);
        expect(count).toBeGreaterThanOrEqual(0);
      }
      if (usage) {
        expect(usage.cachedInputTokens ?? 0).toBeLessThanOrEqual(usage.inputTokens);
        expect(usage.reasoningTokens ?? 0).toBeLessThanOrEqual(usage.outputTokens);
      }
    });

    it('refuses a setting that it does not know', () => {
      const { settingsSchema } = under.factory;
      expect(settingsSchema.safeParse(under.agent.settings).success).toBe(true);
      expect(settingsSchema.safeParse({ ...under.agent.settings, temprature: 0 }).success).toBe(false);
    });

    it('keeps concurrent calls apart', async () => {
      const requests = Array.from({ length: 12 }, (_, index) => under.request(index));
      const alone: string[] = [];
      for (const request of requests) alone.push((await complete(request)).text);
      const adapter = under.factory.create(under.agent, async () => new Map());
      const together = await Promise.all(
        requests.map((request) => adapter.complete(request, new AbortController().signal)),
      );
      expect(together.map(({ text }) => text)).toEqual(alone);
    });

    it('fails with an AgentError', async ({ skip }) => {
      if (!under.failing) return skip('nothing can fail');
      const error = await complete(under.failing()).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(AgentError);
      expect((error as AgentError).code).toMatch(/^[a-z][a-z_]+$/);
      expect((error as AgentError).message).not.toBe('');
    });

    it.each<[string, Partial<AgentRequest>]>([
      ['tools', { tools: [{ name: 'look', description: 'Looks.', parameters: { type: 'object' } }] }],
      ['a schema of the answer', { responseSchema: { type: 'object' } }],
      [
        'an image',
        {
          messages: [
            { role: 'user', content: [{ type: 'image', image: 'data:image/png;base64,iVBORw0KGgo=' }] },
          ],
        },
      ],
    ])('passes %s on, or says clearly that it cannot', async (_what, more) => {
      const answer = complete({ ...under.request(0), ...more });
      const failure = await answer.then(
        () => null,
        (thrown: unknown) => thrown,
      );
      if (failure === null) return expect((await answer).finishReason).toBe('stop');
      expect(failure).toBeInstanceOf(AgentError);
      expect(failure).toMatchObject({
        kind: 'configuration',
        code: expect.stringMatching(/_not_supported$/) as unknown,
      });
    });

    it("throws the signal's own reason when that was aborted before", async () => {
      const reason = new Error('the run was cancelled');
      await expect(complete(under.request(0), AbortSignal.abort(reason))).rejects.toBe(reason);
    });

    it('stops at once when the signal aborts in the middle', async ({ skip }) => {
      if (!under.slow) return skip('there is no middle');
      under.slow();
      const controller = new AbortController();
      const reason = new Error('the run was cancelled');
      const call = complete(under.request(0), controller.signal).catch((thrown: unknown) => thrown);
      await sleep(100);
      const aborted = performance.now();
      controller.abort(reason);
      expect(await call).toBe(reason);
      expect(performance.now() - aborted).toBeLessThan(500);
    });
  });
}
