import type { SeededRandom } from '#libs/common';
import type { Question } from '../suite.js';

type Json = Record<string, unknown>;

/** A tool with canned results, as `metadata.tools` of a sample has them. */
export interface Tool {
  name: string;
  description: string;
  parameters: Json;
  results: { match: Json; output: unknown }[];
  output: unknown;
}

/** A call that the question needs. */
export interface Call {
  name: string;
  arguments: Json;
}

/** @param properties JSON Schemas of the arguments, all of them required */
export const tool = (
  name: string,
  description: string,
  properties: Record<string, Json>,
  results: Tool['results'],
): Tool => ({
  name,
  description,
  parameters: { type: 'object', properties, required: Object.keys(properties), additionalProperties: false },
  results,
  output: { error: 'not found' },
});

const text: Json = { type: 'string' };

/** Tools that no question needs, though their names say what others are about, too. */
const DISTRACTORS: Tool[] = [
  tool('find_supplier', 'Looks up a supplier by name.', { name: text }, []),
  tool(
    'list_returns',
    'Lists the goods that a customer sent back.',
    { customer_id: { type: 'integer' } },
    [],
  ),
  tool('get_forecast', 'Forecasts the sales of a product for a month.', { product: text, month: text }, []),
  tool('get_humidity', 'Tells the humidity of the air in a city.', { city: text }, []),
  tool('cancel_booking', 'Cancels a booking by its code.', { code: text }, []),
  tool('get_exchange_rate', 'Tells what one currency is worth in another.', { from: text, to: text }, []),
  tool('track_parcel', 'Tells where a parcel is.', { parcel: text }, []),
  tool(
    'list_holidays',
    'Lists the public holidays of a country in a year.',
    { country: text, year: { type: 'integer' } },
    [],
  ),
];

/** A question whose calls are in the order in which they have to be made, or may be. */
export function askTools(
  random: SeededRandom,
  distractors: number,
  question: { input: string; answer: string; tools: Tool[]; calls: Call[] },
): Question {
  const { input, answer, tools, calls } = question;
  return {
    input,
    answer,
    metadata: {
      tools: random.shuffle([...tools, ...random.sample(DISTRACTORS, distractors)]),
      tool_calls: calls,
      trajectory: calls.map(({ name }) => name),
    },
  };
}
