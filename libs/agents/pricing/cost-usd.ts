import { createRequire } from 'node:module';
import type { z } from 'zod';
import type { pricingSchema } from './pricing-schema.js';
import type { AgentSpec, Usage } from '../agent-adapter.js';

type PriceList = typeof import('@pydantic/genai-prices');

const require = createRequire(import.meta.url);
let loaded: PriceList | undefined;
/** Loaded when first asked: a megabyte of source in every process, and an api seldom counts a price. */
const priceList = (): PriceList => (loaded ??= require('@pydantic/genai-prices') as PriceList);

/** The list that this release counts by; a test holds it to the package's version. */
export const PRICE_LIST = 'genai-prices@0.1.8';

/** What OpenAI and Anthropic both ask for tokens of a batch, of what the list says; it has no prices of batches. */
const BATCH_FACTOR = 0.5;

/** Adapter kinds that spend nobody's money. */
const FREE = new Set(['baseline', 'replay']);

/**
 * What a call cost in USD. The agent's own `settings.pricing` decides; else the price list that comes with the
 * package @pydantic/genai-prices (nothing is fetched), which also knows cached tokens, tiers and dates.
 * By the list, an agent that answers in batches costs half; its own prices are taken as they stand.
 * @returns null where it is unknown: no usage, a model not in the list, or a server that the list is not about.
 */
export function costUsd(agent: AgentSpec, usage: Usage | null): number | null {
  if (FREE.has(agent.adapter)) return 0;
  if (usage === null) return null;
  const { inputTokens, outputTokens, cachedInputTokens } = usage;
  const own = agent.settings.pricing as z.infer<typeof pricingSchema> | undefined;
  if (own !== undefined) {
    const { input_usd_per_mtok, output_usd_per_mtok } = own;
    return (inputTokens * input_usd_per_mtok + outputTokens * output_usd_per_mtok) / 1e6;
  }
  if (agent.settings.base_url !== undefined) return null;
  const tokens = {
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    cache_read_tokens: cachedInputTokens,
  };
  const price = priceList().calcPrice(tokens, agent.model, { providerId: agent.adapter })?.total_price;
  return price === undefined ? null : price * (agent.settings.batch ? BATCH_FACTOR : 1);
}

/** By which prices an agent's calls are counted: `agent` for its own, null where it costs nothing or that is unknown. */
export function priceVersion(agent: AgentSpec): string | null {
  if (FREE.has(agent.adapter) || costUsd(agent, { inputTokens: 1, outputTokens: 1 }) === null) return null;
  if (agent.settings.pricing !== undefined) return 'agent';
  return agent.settings.batch ? `${PRICE_LIST}*${BATCH_FACTOR}` : PRICE_LIST;
}
