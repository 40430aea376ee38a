import type { Kind, Question } from '../suite.js';
import { decimal } from './exact.js';

const NAMES = [
  'Amara',
  'Boris',
  'Clara',
  'Deniz',
  'Ewa',
  'Femi',
  'Gita',
  'Hugo',
  'Ida',
  'Juno',
  'Kofi',
  'Lena',
];
const GOODS = [
  'apples',
  'stickers',
  'marbles',
  'cards',
  'shells',
  'stamps',
  'buttons',
  'beads',
  'coins',
  'nuts',
];

const ask = (input: string, answer: number | string): Question => ({ input, answer: String(answer) });

export const wordProblems: Record<string, Kind<Question>> = {
  giving(random, level) {
    const [name, goods] = [random.pick(NAMES), random.pick(GOODS)];
    const [gift, found] = [random.int(3, 20 * level), random.int(3, 30 * level)];
    const start = gift + random.int(5, 60 * level);
    return ask(
      `${name} has ${start} ${goods}, gives away ${gift} of them and then finds ${found} more. How many ${goods} does ${name} have now?`,
      start - gift + found,
    );
  },

  boxes(random, level) {
    const [boxes, each, loose] = [random.int(3, 9 * level), random.int(4, 12 * level), random.int(1, 20)];
    return ask(
      `A shop gets ${boxes} boxes with ${each} cups each and ${loose} single cups. How many cups does it get in all?`,
      boxes * each + loose,
    );
  },

  sharing(random, level) {
    const [children, each] = [random.int(3, 6 + 3 * level), random.int(4, 15 * level)];
    const left = random.int(1, children - 1);
    const goods = random.pick(GOODS);
    return ask(
      `${children * each + left} ${goods} are shared among ${children} children so that all get equally many, as many as possible. ` +
        `How many ${goods} are left over?`,
      left,
    );
  },

  shopping(random, level) {
    const [count, price] = [random.int(2, 5 + level), random.int(15, 60 * level)];
    const [other, paid] = [random.int(10, 90 * level), 100 * random.int(12 * level, 20 * level)];
    const cost = count * price * 5 + other * 5;
    const total = paid > cost ? paid : 100 * Math.ceil(cost / 100 + 1);
    return ask(
      `${random.pick(NAMES)} buys ${count} pens at $${(price / 20).toFixed(2)} each and a book for $${(other / 20).toFixed(2)}, ` +
        `and pays with $${(total / 100).toFixed(2)}. How many dollars is the change?`,
      decimal(total - cost, 2),
    );
  },

  journey(random, level) {
    const [speed1, speed2] = [random.int(20, 40 + 20 * level), random.int(20, 40 + 20 * level)];
    const [hours1, hours2] = [random.int(2, 2 + level), random.int(2, 3 + level)];
    return ask(
      `A van drives for ${hours1} hours at ${speed1} km per hour and then for ${hours2} hours at ${speed2} km per hour. How many km does it drive in all?`,
      hours1 * speed1 + hours2 * speed2,
    );
  },

  comparison(random, level) {
    const [a, b] = random.sample(NAMES, 2);
    const [older, factor] = [random.int(4, 15 * level), random.int(2, 3 + level)];
    const goods = random.pick(GOODS);
    const first = random.int(5, 40 * level);
    return ask(
      `${a} has ${first} ${goods}. ${b} has ${factor} times as many as ${a}, and ${older} more on top. How many ${goods} do ${a} and ${b} have together?`,
      first + factor * first + older,
    );
  },

  age(random, level) {
    const [a, b] = random.sample(NAMES, 2);
    const [now, apart, years] = [
      random.int(6, 20 + 5 * level),
      random.int(2, 10 * level),
      random.int(2, 12 * level),
    ];
    return ask(
      `${a} is ${now} years old and ${apart} years younger than ${b}. How old will ${b} be in ${years} years?`,
      now + apart + years,
    );
  },

  wages(random, level) {
    const [name, rate] = [random.pick(NAMES), random.int(11, 20 + 10 * level)];
    const [hours, extra] = [random.int(20, 40), random.int(2, 4 * level + 2)];
    return ask(
      `${name} earns $${rate} an hour and twice as much for each hour of overtime. Last week ${name} worked ${hours} ordinary hours ` +
        `and ${extra} hours of overtime. How many dollars did ${name} earn?`,
      rate * (hours + 2 * extra),
    );
  },

  tank(random, level) {
    const [inflow, outflow] = [random.int(12, 20 + 10 * level), random.int(2, 10)];
    const [minutes, start] = [random.int(5, 20 * level), random.int(10, 200 * level)];
    return ask(
      `A tank holds ${start} litres. Each minute ${inflow} litres flow in and ${outflow} litres flow out. How many litres does it hold after ${minutes} minutes?`,
      start + minutes * (inflow - outflow),
    );
  },

  saving(random, level) {
    const [weekly, weeks] = [random.int(4, 15 * level), random.int(4, 12 * level)];
    const saved = random.int(5, 50 * level);
    return ask(
      `A bicycle costs $${saved + weekly * weeks}. ${random.pick(NAMES)} has already saved $${saved} and saves $${weekly} a week. After how many weeks is there enough money?`,
      weeks,
    );
  },

  fence(random, level) {
    const [length, width, price] = [
      random.int(8, 30 * level),
      random.int(5, 20 * level),
      random.int(3, 9 + level),
    ];
    return ask(
      `A rectangular garden is ${length} m long and ${width} m wide. A fence around it costs $${price} per metre. How many dollars does the whole fence cost?`,
      2 * (length + width) * price,
    );
  },

  recipe(random, level) {
    const [portions, unit] = [random.int(2, 6), random.int(10, 40 * level)];
    const wanted = portions + random.int(1, 4 * level);
    return ask(
      `A recipe for ${portions} people needs ${portions * unit} g of flour. How many g of flour does it need for ${wanted} people?`,
      wanted * unit,
    );
  },

  stages(random, level) {
    const [name, half] = [random.pick(NAMES), 3 * random.int(4, 20 * level)];
    const pages = 2 * half;
    return ask(
      `${name} reads a book of ${pages} pages. On Monday ${name} reads half of it, and on Tuesday a third of what was left. How many pages are then still to read?`,
      (half / 3) * 2,
    );
  },

  discount(random, level) {
    const [price, count] = [20 * random.int(1, 10 * level), random.int(2, 4 + level)];
    const percent = 5 * random.int(1, 4 + 2 * level);
    return ask(
      `Chairs cost $${price} each. A school that buys ${count} of them gets ${percent} % off the whole price. How many dollars does it pay?`,
      (price * count * (100 - percent)) / 100,
    );
  },
};
