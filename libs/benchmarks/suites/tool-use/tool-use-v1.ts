import type { SeededRandom } from '#libs/common';
import { EXACT, shortAnswerSuite } from '../short-answer-suite.js';
import { categoryPerKind, type Kind, type Level, type Question } from '../suite.js';
import { askTools, tool, type Call, type Tool } from './tools.js';

const FIRST_NAMES = [
  ...['Ada', 'Boris', 'Chiara', 'Dario', 'Elif', 'Farid', 'Greta', 'Hugo', 'Ines', 'Jonas'],
  ...['Kaya', 'Lena', 'Marek', 'Noor', 'Olga', 'Pavel', 'Rosa', 'Stefan', 'Tariq', 'Yuki'],
];
const LAST_NAMES = [
  ...['Abara', 'Bellini', 'Castro', 'Dvorak', 'Eriksen', 'Fontaine', 'Gruber', 'Haddad', 'Ito', 'Jansen'],
  ...['Kovacs', 'Lindqvist', 'Moreau', 'Nakamura', 'Okafor', 'Petrov', 'Quiroga', 'Rossi', 'Silva', 'Tanaka'],
];
const CITIES = [
  ...['Accra', 'Bergen', 'Cusco', 'Delft', 'Esfahan', 'Fukuoka', 'Graz', 'Hobart', 'Izmir', 'Jaipur'],
  ...['Kigali', 'Leipzig', 'Malaga', 'Nantes', 'Oaxaca', 'Porto', 'Quito', 'Riga', 'Sapporo', 'Tartu'],
];
const PRODUCTS = ['chair', 'desk', 'lamp', 'shelf', 'stool', 'table', 'bench', 'cabinet', 'mirror', 'carpet'];

const DISTRACTORS: Record<Level, number> = { 1: 1, 2: 4, 3: 8 };

const drawName = (random: SeededRandom): string => `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`;

/** Different whole numbers. */
function drawNumbers(random: SeededRandom, count: number, min: number, max: number): number[] {
  const drawn = new Set<number>();
  while (drawn.size < count) drawn.add(random.int(min, max));
  return [...drawn];
}

const integer = { type: 'integer' };
const text = { type: 'string' };
const result = (match: Record<string, unknown>, output: unknown) => ({ match, output });

const kinds: Record<string, Kind<Question>> = {
  /** One call, with the right tool among others. */
  lookup(random, level) {
    const [product, city] = [random.pick(PRODUCTS), random.pick(CITIES)];
    const [pieces, price] = drawNumbers(random, 2, 10, 400);
    const args = { product, city };
    const schemas = { product: text, city: text };
    const stock = tool('get_stock', 'Tells how many pieces of a product a shop has.', schemas, [
      result(args, { pieces }),
    ]);
    const cost = tool('get_price', 'Tells the price of a product in a shop.', schemas, [
      result(args, { price }),
    ]);
    const wantsStock = random.int(0, 1) === 1;
    return askTools(random, DISTRACTORS[level], {
      input: wantsStock
        ? `How many pieces of the ${product} does the shop in ${city} have?`
        : `What is the price of the ${product} in the shop in ${city}?`,
      answer: String(wantsStock ? pieces : price),
      tools: [stock, cost],
      calls: [{ name: wantsStock ? stock.name : cost.name, arguments: args }],
    });
  },

  /** Each call needs what the one before it said. */
  chain(random, level) {
    const [name, customer] = [drawName(random), random.int(100, 999)];
    const [order, item] = drawNumbers(random, 2, 10_000, 99_999) as [number, number];
    const city = random.pick(CITIES);
    const steps = [
      step(
        'find_customer',
        'Looks up a customer by full name.',
        { name: text },
        { name },
        { customer_id: customer },
      ),
      step(
        'get_latest_order',
        'Tells the latest order of a customer.',
        { customer_id: integer },
        { customer_id: customer },
        { order_number: order },
      ),
      step(
        'get_first_item',
        'Tells the first item of an order.',
        { order_number: integer },
        { order_number: order },
        { item_id: item },
      ),
      step(
        'get_warehouse',
        'Tells in which city an item is stored.',
        { item_id: integer },
        { item_id: item },
        { city },
      ),
    ];
    const used = steps.slice(0, 1 + level);
    const what = [
      `What is the number of the latest order of ${name}?`,
      `What is the id of the first item of the latest order of ${name}?`,
      `In which city is the first item of the latest order of ${name} stored?`,
    ][level - 1]!;
    return askTools(random, DISTRACTORS[level], {
      input: what,
      answer: used.at(-1)!.answer,
      tools: used.map((each) => each.tool),
      calls: used.map(({ call }) => call),
    });
  },

  /** The same tool once for each of several, and then a comparison. */
  comparison(random, level) {
    const cities = random.sample(CITIES, 2 * level);
    const celsius = drawNumbers(random, cities.length, -10, 38);
    const isWarm = random.int(0, 1) === 1;
    const best = celsius.indexOf(isWarm ? Math.max(...celsius) : Math.min(...celsius));
    const results = cities.map((city, i) => result({ city }, { city, celsius: celsius[i] }));
    const weather = tool('get_temperature', 'Tells the temperature in a city now.', { city: text }, results);
    return askTools(random, DISTRACTORS[level], {
      input: `Which of these cities is ${isWarm ? 'warmest' : 'coldest'} now: ${cities.join(', ')}?`,
      answer: cities[best]!,
      tools: [weather],
      calls: cities.map((city) => ({ name: weather.name, arguments: { city } })),
    });
  },

  /** One call whose arguments have to be of the right types: numbers, booleans, lists and objects. */
  typed_arguments(random, level) {
    const [city, nights, rooms] = [random.pick(CITIES), random.int(2, 14), random.int(1, 4)];
    const [breakfast, ages] = [random.int(0, 1) === 1, drawNumbers(random, 2, 1, 15)];
    const guest = { name: drawName(random), smoker: random.int(0, 1) === 1 };
    const code = `${random.pick(['K', 'M', 'R', 'T'])}${random.int(10_000, 99_999)}`;
    const parts: [string, Record<string, unknown>, unknown, string][] = [
      ['city', text, city, `in ${city}`],
      ['nights', integer, nights, `for ${nights} nights`],
      ['breakfast', { type: 'boolean' }, breakfast, breakfast ? 'with breakfast' : 'without breakfast'],
      ['rooms', integer, rooms, `${rooms} ${rooms === 1 ? 'room' : 'rooms'}`],
      [
        'ages_of_children',
        { type: 'array', items: integer },
        ages,
        `with children aged ${ages.join(' and ')}`,
      ],
      [
        'guest',
        {
          type: 'object',
          properties: { name: text, smoker: { type: 'boolean' } },
          required: ['name', 'smoker'],
        },
        guest,
        `in the name of ${guest.name}, who ${guest.smoker ? 'smokes' : 'does not smoke'}`,
      ],
    ];
    const used = parts.slice(0, 2 * level);
    const args = Object.fromEntries(used.map(([key, , value]) => [key, value]));
    const schemas = Object.fromEntries(used.map(([key, schema]) => [key, schema]));
    const book = tool('book_hotel', 'Books a hotel and gives the code of the booking.', schemas, [
      result(args, { code }),
    ]);
    return askTools(random, DISTRACTORS[level], {
      input: `Book a hotel: ${used.map(([, , , said]) => said).join(', ')}. What is the code of the booking?`,
      answer: code,
      tools: [book],
      calls: [{ name: book.name, arguments: args }],
    });
  },
};

/** A step of a chain; its answer is the one value that its tool gives. */
function step(
  name: string,
  description: string,
  properties: Record<string, Record<string, unknown>>,
  args: Call['arguments'],
  output: Record<string, unknown>,
): { tool: Tool; call: Call; answer: string } {
  return {
    tool: tool(name, description, properties, [result(args, output)]),
    call: { name, arguments: args },
    answer: String(Object.values(output)[0]),
  };
}

/** The answer counts for half. */
const SCORERS = [
  { ...EXACT, name: 'answer', weight: 2 },
  { type: 'tool_calls', weight: 1 },
  { type: 'trajectory', match: 'in_order', weight: 1 },
];

export const toolUseV1 = shortAnswerSuite({
  name: 'tool-use-v1',
  title: 'Tool use',
  description:
    '72 generated questions that only tools can answer: one call, chains of up to four, comparisons of up to six, and ' +
    'arguments of many types, among up to eight tools that are of no use. The answer counts for half, the calls for the rest.',
  shape: 'the number in plain digits, the city or the code alone',
  scorers: SCORERS,
  conversation: { limits: { max_turns: 12 } },
  categories: categoryPerKind(kinds, 18),
});
