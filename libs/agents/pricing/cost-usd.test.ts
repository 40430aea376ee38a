import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { agentSpec } from '../testing/index.js';
import { costUsd, PRICE_LIST, priceVersion } from './cost-usd.js';

const million = { inputTokens: 1_000_000, outputTokens: 1_000_000 };

describe('costUsd', () => {
  it('takes the price of a known model from the price list', () => {
    expect(costUsd(agentSpec({ adapter: 'openai', model: 'gpt-4o-mini' }), million)).toBeCloseTo(0.15 + 0.6);
  });

  it('charges cached tokens at their own price', () => {
    const usage = { ...million, cachedInputTokens: 1_000_000 };
    expect(costUsd(agentSpec({ adapter: 'openai', model: 'gpt-4o-mini' }), usage)).toBeCloseTo(0.075 + 0.6);
  });

  it("prefers the agent's own price", () => {
    const pricing = { input_usd_per_mtok: 1, output_usd_per_mtok: 2 };
    const agent = agentSpec({ adapter: 'openai', model: 'gpt-4o-mini', settings: { pricing } });
    expect(costUsd(agent, { inputTokens: 500_000, outputTokens: 250_000 })).toBeCloseTo(1);
  });

  it('does not know the price of an unlisted model, of a kind without a list, or of an answer without usage', () => {
    expect(costUsd(agentSpec({ adapter: 'openai', model: 'no-such-model' }), million)).toBeNull();
    expect(costUsd(agentSpec({ adapter: 'no-such-kind', model: 'x' }), million)).toBeNull();
    expect(costUsd(agentSpec({ adapter: 'openai', model: 'gpt-4o-mini' }), null)).toBeNull();
  });

  it("does not charge OpenAI's price for a model of the same name on another server", () => {
    const settings = { base_url: 'http://127.0.0.1:11434/v1' };
    expect(costUsd(agentSpec({ adapter: 'openai', model: 'gpt-4o-mini', settings }), million)).toBeNull();
  });

  it('says by which prices it counts', async () => {
    const agent = (adapter: string, model: string, settings = {}) => agentSpec({ adapter, model, settings });
    const pricing = { input_usd_per_mtok: 0, output_usd_per_mtok: 0 };
    expect(priceVersion(agent('openai', 'gpt-4o-mini'))).toBe(PRICE_LIST);
    expect(priceVersion(agent('openai', 'gpt-4o-mini', { pricing }))).toBe('agent');
    expect(priceVersion(agent('openai', 'no-such-model'))).toBeNull();
    expect(priceVersion(agent('baseline', 'random'))).toBeNull();
    const file = await readFile(join(import.meta.dirname, '../../../package.json'), 'utf8');
    const { dependencies } = JSON.parse(file) as { dependencies: Record<string, string> };
    expect(PRICE_LIST).toBe(`genai-prices@${dependencies['@pydantic/genai-prices']}`);
  });

  it('charges nothing for what spends nothing', () => {
    expect(costUsd(agentSpec({ adapter: 'baseline', model: 'random' }), million)).toBe(0);
    expect(costUsd(agentSpec({ adapter: 'replay', model: 'gpt-4o-mini' }), null)).toBe(0);
  });
});
