import { describe, expect, it } from 'vitest';
import { compileScoring, scoringSpecSchema } from '#libs/scoring';
import { scoringInput } from '#libs/scoring/testing';
import { conversationSchema, scriptOf, type SampleTool } from '../../conversation/conversation-spec.js';
import { toolResult } from '../../conversation/tool-result.js';
import type { SampleJson } from '../../sample.js';
import { DIFFICULTIES } from '../suite.js';
import { toolUseV1 } from './tool-use-v1.js';

interface Call {
  name: string;
  arguments: string;
}
/** Calls a tool and reads what it says. */
type Use = (name: string, args: object) => Promise<Record<string, unknown>>;

const LINKS: Record<string, string> = {
  get_latest_order: 'customer_id',
  get_first_item: 'order_number',
  get_warehouse: 'item_id',
};

/** What a reader of the question alone would do with the tools. */
const solvers: Record<string, (input: string, use: Use) => Promise<string>> = {
  async lookup(input, use) {
    const product = /of the (\w+)/.exec(input)?.[1];
    const city = /shop in (\w+)/.exec(input)?.[1];
    const told = await use(input.startsWith('How many') ? 'get_stock' : 'get_price', { product, city });
    return String(told.pieces ?? told.price);
  },
  async chain(input, use) {
    const name = /of (\w+ \w+?)(?: stored)?\?$/.exec(input)?.[1];
    let told = await use('find_customer', { name });
    for (const [tool, key] of Object.entries(LINKS)) {
      if (tool === 'get_first_item' && !input.includes('first item')) break;
      if (tool === 'get_warehouse' && !input.includes('stored')) break;
      told = await use(tool, { [key]: told[key] });
    }
    return String(Object.values(told)[0]);
  },
  async comparison(input, use) {
    const cities = /: (.+)\?$/.exec(input)?.[1]?.split(', ') ?? [];
    const sign = input.includes('warmest') ? -1 : 1;
    const degrees = async (city: string) => Number((await use('get_temperature', { city })).celsius) * sign;
    const known = await Promise.all(cities.map(async (city) => ({ city, degrees: await degrees(city) })));
    return known.sort((a, b) => a.degrees - b.degrees)[0]?.city ?? '';
  },
  async typed_arguments(input, use) {
    const name = /name of (\w+ \w+)/.exec(input)?.[1];
    const rooms = /(\d) rooms?/.exec(input)?.[1];
    const ages = /aged (\d+) and (\d+)/.exec(input)?.slice(1).map(Number);
    const args = {
      city: /in (\w+)/.exec(input)?.[1],
      nights: Number(/(\d+) nights/.exec(input)?.[1]),
      ...(input.includes('breakfast') && { breakfast: input.includes('with breakfast') }),
      ...(rooms && { rooms: Number(rooms) }),
      ...(ages && { ages_of_children: ages }),
      ...(name && { guest: { name, smoker: input.includes('who smokes') } }),
    };
    return String((await use('book_hotel', args)).code);
  },
};

const conversation = conversationSchema.parse(toolUseV1.conversation);
function toolsOf({ id, metadata = {} }: SampleJson): SampleTool[] {
  const parsed = scriptOf(conversation, metadata);
  return 'script' in parsed ? parsed.script.tools : expect.fail(`${id}: ${parsed.problems.join()}`);
}

async function solve(sample: SampleJson): Promise<{ calls: Call[]; answer: string }> {
  const [tools, calls] = [toolsOf(sample), [] as Call[]];
  const answer = await solvers[String(sample.category)]!(sample.input, async (name, args) => {
    const text = JSON.stringify(args);
    calls.push({ name, arguments: text });
    const { result } = await toolResult(tools, name, text, {}, new AbortController().signal);
    const { content, error } = result;
    expect(error, content).toBeUndefined();
    return JSON.parse(content) as Record<string, unknown>;
  });
  return { calls, answer };
}

const score = compileScoring(scoringSpecSchema.parse(toolUseV1.scoring));
async function judge({ target, metadata }: SampleJson, answer: string, toolCalls: Call[]): Promise<number> {
  const { trial } = scoringInput({});
  const input = {
    output: `ANSWER: ${answer}`,
    targets: [String(target)],
    metadata,
    trial: { ...trial, toolCalls },
  };
  return (await score(input, new AbortController().signal)).score;
}

const edition = (difficulty: (typeof DIFFICULTIES)[number]): SampleJson[] =>
  [1, 2, 3, 4, 5].flatMap((seed) => toolUseV1.generate(seed, difficulty));

describe('tool-use-v1', () => {
  it.each(DIFFICULTIES)(
    'can be solved with its tools, by the calls that it expects (%s)',
    async (difficulty) => {
      for (const sample of edition(difficulty)) {
        const { calls, answer } = await solve(sample);
        expect(answer, sample.input).toBe(sample.target);
        expect(await judge(sample, answer, calls), sample.input).toBe(1);
        expect(calls.length).toBeLessThan(conversation.limits.max_turns);
      }
    },
  );

  it('gives half for the answer without calls, and less than all for calls with other arguments', async () => {
    for (const sample of edition('mixed')) {
      const { calls, answer } = await solve(sample);
      expect(await judge(sample, answer, [])).toBe(0.5);
      const texts = calls.map((call) => ({ ...call, arguments: call.arguments.replace(/:("?)/, ':$1_') }));
      expect(await judge(sample, answer, texts)).toBeLessThan(1);
      expect(await judge(sample, 'none', calls)).toBe(0.5);
    }
  });

  it('needs more calls or arguments where it is harder, among more tools', () => {
    const mean = (
      difficulty: (typeof DIFFICULTIES)[number],
      category: string,
      of: (sample: SampleJson) => number,
    ) => {
      const own = edition(difficulty).filter((sample) => sample.category === category);
      return own.reduce((sum, sample) => sum + of(sample), 0) / own.length;
    };
    const tools = (sample: SampleJson): number => toolsOf(sample).length;
    const size = (sample: SampleJson): number => JSON.stringify(sample.metadata?.tool_calls).length;
    for (const category of Object.keys(solvers)) {
      for (const of of category === 'lookup' ? [tools] : [tools, size]) {
        const [easy, medium, hard] = (['easy', 'medium', 'hard'] as const).map((each) =>
          mean(each, category, of),
        );
        expect(medium).toBeGreaterThan(easy!);
        expect(hard).toBeGreaterThan(medium!);
      }
    }
  });
});
