import { z } from 'zod';

/** What a million tokens cost, in USD, where the price list does not know or does not apply. */
export const pricingSchema = z.strictObject({
  input_usd_per_mtok: z.number().min(0),
  output_usd_per_mtok: z.number().min(0),
});
