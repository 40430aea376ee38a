import { it } from 'vitest';
import { expectOnlyTargets } from '../testing/expect-only-targets.js';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz';
const WEEK = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

const numbers = (text: string): number[] => (text.match(/\d+/g) ?? []).map(Number);
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const is = (value: unknown) => (choice: string) => choice === String(value);

function permutations<T>(items: T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}

it('every problem has exactly one right choice, found by simulation and search', () => {
  expectOnlyTargets('symbolic_reasoning', {
    defined_operator(input) {
      const [, p, q, r] = /= (\d+)a \+ (\d+)b − (\d+)/.exec(input) ?? [];
      let expression = /What is (.+)\?/.exec(input)?.[1] ?? '';
      const step = /\(?(\d+) ◦ (\d+)\)?/;
      const inner = /\((\d+) ◦ (\d+)\)/;
      while (expression.includes('◦')) {
        expression = expression.replace(inner.test(expression) ? inner : step, (_, a, b) =>
          String(Number(p) * Number(a) + Number(q) * Number(b) - Number(r)),
        );
      }
      return is(expression);
    },
    rewriting(input) {
      const [, a, toA, b, toB] = /every (\w) by (\w+), every (\w) by (\w+)/.exec(input) ?? [];
      const [, start = '', steps] = /text does (\w+) become after (\d)/.exec(input) ?? [];
      let text = start;
      for (let i = 0; i < Number(steps); i++) {
        let next = '';
        for (const letter of text) next += letter === a ? toA : letter === b ? toB : '?';
        text = next;
      }
      return is(text);
    },
    next_number(input) {
      const terms = numbers(input);
      const rules = upTo(20).flatMap((factor) =>
        upTo(100).map((add) => (value: number) => factor * value + add),
      );
      const fitting = rules.filter((rule) =>
        terms.slice(1).every((term, i) => rule(terms[i] as number) === term),
      );
      return is(fitting.length === 1 && fitting[0]?.(terms.at(-1) as number));
    },
    program(input) {
      const memory: Record<string, number> = {};
      for (const [, name = '', value] of input.matchAll(/(\w) = (\d+)(?= and|\.)/g))
        memory[name] = Number(value);
      const lines = [...(input.split('in all: ')[1] ?? '').matchAll(/(\w) = (\w) \+ (\w+)/g)];
      const valueOf = (term = '') => memory[term] ?? Number(term);
      for (let i = 0; i < Number(/(\d) times/.exec(input)?.[1]); i++) {
        for (const [, to = '', left, right] of lines) memory[to] = valueOf(left) + valueOf(right);
      }
      return is(memory.x);
    },
    cipher(input) {
      const [by = 0] = numbers(input);
      const word = /"(\w+)"/.exec(input)?.[1];
      return (choice) => {
        const letters = input.includes('backwards') ? Array.from(choice).reverse() : Array.from(choice);
        return letters.map((letter) => ALPHABET.at(ALPHABET.indexOf(letter) - by)).join('') === word;
      };
    },
    ordering(input) {
      const facts = [...input.matchAll(/(\w+) finished (before|after) (\w+)/g)].map(
        ([, a = '', how, b = '']) => (how === 'before' ? [a, b] : [b, a]),
      );
      const orders = permutations([...new Set(facts.flat())]).filter((order) =>
        facts.every(([first = '', second = '']) => order.indexOf(first) < order.indexOf(second)),
      );
      const place = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'].indexOf(
        /finished (\w+)\?/.exec(input)?.[1] ?? '',
      );
      return is(orders.length === 1 && orders[0]?.[place]);
    },
    walk(input) {
      let [x, y, dx, dy] = [0, 0, 0, 1];
      for (const [, turn, steps] of input.matchAll(/(?:turns (left|right) and )?goes (\d+)/g)) {
        if (turn === 'left') [dx, dy] = [-dy, dx];
        if (turn === 'right') [dx, dy] = [dy, -dx];
        [x, y] = [x + dx * Number(steps), y + dy * Number(steps)];
      }
      return (choice) => {
        const [, east, toEast, north, toNorth] = /(\d+) (east|west), (\d+) (north|south)/.exec(choice) ?? [];
        return (
          x === Number(east) * (toEast === 'east' ? 1 : -1) &&
          y === Number(north) * (toNorth === 'north' ? 1 : -1)
        );
      };
    },
    swaps(input) {
      const [hold = '', rest = ''] = input.split('Then');
      const start = new Map(
        [...hold.matchAll(/(\d) ([a-z]+)(?=[,.])/g)].map(([, box, object]) => [Number(box), object]),
      );
      // Backwards: where was, before each exchange, what is in the box in the end?
      let box = Number(/in box (\d) now/.exec(rest)?.[1]);
      for (const [, a, b] of [...rest.matchAll(/(\d) and (\d)/g)].reverse()) {
        if (box === Number(a)) box = Number(b);
        else if (box === Number(b)) box = Number(a);
      }
      return is(start.get(box));
    },
    set_algebra(input) {
      const [a = [], b = []] = [...input.matchAll(/\{(.*?)\}/g)].map(([set]) => numbers(set));
      const tests: Record<string, (inA: boolean, inB: boolean) => boolean> = {
        'in A or in B or in both': (inA, inB) => inA || inB,
        'in both A and B': (inA, inB) => inA && inB,
        'in A but not in B': (inA, inB) => inA && !inB,
        'in B but not in A': (inA, inB) => !inA && inB,
        'in exactly one of A and B': (inA, inB) => inA !== inB,
      };
      const test = tests[/numbers are (.+)\?/.exec(input)?.[1] ?? ''];
      return (choice) =>
        upTo(30).every((i) => numbers(choice).includes(i) === test?.(a.includes(i), b.includes(i)));
    },
    number_base(input) {
      const [value, base = 0] = numbers(input);
      return (choice) => Array.from(choice).reduce((sum, digit) => sum * base + Number(digit), 0) === value;
    },
    weekday(input) {
      const [days = 0] = numbers(input);
      let day = WEEK.indexOf(/Today is (\w+)/.exec(input)?.[1] ?? '');
      for (let i = 0; i < days; i++) day = (day + (input.includes('ago') ? 6 : 1)) % 7;
      return is(WEEK[day]);
    },
  });
});
