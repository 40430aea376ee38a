import type { SeededRandom } from '#libs/common';
import { shortAnswerSuite } from '../short-answer-suite.js';
import { categoryPerKind, untilFound, type Kind, type Level, type Question } from '../suite.js';

const CUSTOMERS = [
  ...['Abara', 'Bellini', 'Castro', 'Dvorak', 'Eriksen', 'Fontaine', 'Gruber', 'Haddad', 'Ito', 'Jansen'],
  ...['Kovacs', 'Lindqvist', 'Moreau', 'Nakamura', 'Okafor', 'Petrov', 'Quiroga', 'Rossi', 'Silva', 'Tanaka'],
];
const CITIES = ['Accra', 'Bergen', 'Cusco', 'Delft', 'Esfahan', 'Fukuoka'];
const PRODUCTS = ['chair', 'desk', 'lamp', 'shelf', 'stool', 'table'];
const WAREHOUSES = ['north', 'south', 'east', 'west'];

const ROWS: Record<Level, number> = { 1: 6, 2: 14, 3: 36 };

interface Order {
  order: number;
  customer: string;
  city: string;
  product: string;
  units: number;
  price: number;
}

function drawOrders(random: SeededRandom, level: Level): Order[] {
  let order = random.int(1_000, 8_000);
  return Array.from({ length: ROWS[level] }, () => ({
    order: (order += random.int(1, 40)),
    customer: random.pick(CUSTOMERS),
    city: random.pick(CITIES),
    product: random.pick(PRODUCTS),
    units: random.int(1, 40),
    price: random.int(10, 400),
  }));
}

/** In Markdown, a column for each key. */
function showTable(rows: readonly object[]): string {
  const line = (cells: unknown[]) => `| ${cells.join(' | ')} |`;
  const columns = Object.keys(rows[0] ?? {});
  return [line(columns), line(columns.map(() => '---')), ...rows.map((row) => line(Object.values(row)))].join(
    '\n',
  );
}

const ask = (rows: readonly object[], question: string, answer: number | string): Question => ({
  input: `${showTable(rows)}\n\n${question}`,
  answer: String(answer),
});

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

/** The one item with the highest value; undefined where two share it. */
function highest<T>(items: readonly T[], value: (item: T) => number): T | undefined {
  const [best, second] = items.toSorted((a, b) => value(b) - value(a));
  return best !== undefined && second !== undefined && value(best) === value(second) ? undefined : best;
}

/** What a question is about: rows of a product, or, in hard ones, of a product and a city. */
function drawCondition(random: SeededRandom, orders: Order[], level: Level) {
  const { product, city } = random.pick(orders);
  return level === 3
    ? {
        text: `whose product is ${product} and whose city is not ${city}`,
        fits: (order: Order) => order.product === product && order.city !== city,
      }
    : { text: `whose product is ${product}`, fits: (order: Order) => order.product === product };
}

const kinds: Record<string, Kind<Question>> = {
  lookup(random, level) {
    const orders = drawOrders(random, level);
    const { order, ...rest } = random.pick(orders);
    const column = random.pick(['customer', 'city', 'product', 'units', 'price'] as const);
    return ask(orders, `What is the ${column} of order ${order}?`, rest[column]);
  },

  count(random, level) {
    const orders = drawOrders(random, level);
    const { text, fits } = drawCondition(random, orders, level);
    return ask(orders, `How many orders are there ${text}?`, orders.filter(fits).length);
  },

  total(random, level) {
    const orders = drawOrders(random, level);
    const { text, fits } = drawCondition(random, orders, level);
    const units = orders.filter(fits).map((order) => order.units);
    return ask(orders, `How many units are in all orders together ${text}?`, sum(units));
  },

  nth_highest: (random, level) =>
    untilFound(() => {
      const orders = drawOrders(random, level);
      const nth = random.int(2, 1 + level);
      const sorted = orders.toSorted((a, b) => b.price - a.price);
      if (new Set(sorted.map(({ price }) => price)).size < sorted.length) return undefined;
      const place = { 2: 'second', 3: 'third', 4: 'fourth' }[nth];
      return ask(
        orders,
        `Which order has the ${place} highest price? Give its number.`,
        sorted[nth - 1]?.order ?? 0,
      );
    }),

  group: (random, level) =>
    untilFound(() => {
      const orders = drawOrders(random, level);
      const column = random.pick(['city', 'product'] as const);
      const groups = [...new Set(orders.map((order) => order[column]))];
      const totalOf = (group: string) =>
        sum(orders.filter((order) => order[column] === group).map(({ units }) => units));
      const best = highest(groups, totalOf);
      return best === undefined
        ? undefined
        : ask(orders, `Which ${column} has the most units over all its orders together?`, best);
    }),

  revenue: (random, level) =>
    untilFound(() => {
      const orders = drawOrders(random, level);
      const best = highest(orders, ({ units, price }) => units * price);
      return (
        best && ask(orders, 'For which order is units times price highest? Give its number.', best.order)
      );
    }),

  join(random, level) {
    const orders = drawOrders(random, level);
    const places = CITIES.map((city) => ({ city, warehouse: random.pick(WAREHOUSES) }));
    const warehouse = random.pick(places).warehouse;
    const cities = places.filter((place) => place.warehouse === warehouse).map(({ city }) => city);
    const units = orders.filter(({ city }) => cities.includes(city)).map((order) => order.units);
    const { input, answer } = ask(
      orders,
      `Orders are sent from the warehouse of their city. How many units are sent from the warehouse ${warehouse}?`,
      sum(units),
    );
    return { input: `${showTable(random.shuffle(places))}\n\n${input}`, answer };
  },
};

export const tablesV1 = shortAnswerSuite({
  name: 'tables-v1',
  title: 'Tables',
  description:
    '105 generated questions about tables of orders: lookups, counts, totals, rankings, groups and joins. Harder tables ' +
    'have up to 36 rows and their questions two conditions.',
  shape: 'the answer as it stands in the table, or a whole number in plain digits',
  categories: categoryPerKind(kinds, 15),
});
