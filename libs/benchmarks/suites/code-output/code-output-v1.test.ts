import { it } from 'vitest';
import type { SampleJson } from '../../sample.js';
import { expectSolvable } from '../testing/expect-solvable.js';
import { codeOutputV1 } from './code-output-v1.js';

/** Python's whole-number arithmetic, on integers of any size. */
function calculate(left: string, operator: string, right: string): bigint {
  const [a, b] = [BigInt(left), BigInt(right)];
  if (operator === '+') return a + b;
  if (operator === '-') return a - b;
  if (operator === '*') return a * b;
  if (operator === '<') return a < b ? 1n : 0n;
  if (operator === '==') return a === b ? 1n : 0n;
  const rest = ((a % b) + b) % b;
  return operator === '%' ? rest : (a - rest) / b;
}

/** Counts the lines that are executed. */
interface Machine {
  variables: Map<string, bigint>;
  steps: number;
}

/** Writes values for the names, then rewrites operations by their results, the innermost first. */
function evaluate(text: string, { variables }: Machine): bigint {
  let rest = `(${text.replace(/[a-z]/g, (name) => String(variables.get(name)))})`;
  while (/\D/.test(rest.replace('-', ''))) {
    rest = rest.replace(/\((-?\d+)(?: (\S+) (-?\d+))?\)/, (_, a: string, operator?: string, b = '0') =>
      operator ? String(calculate(a, operator, String(b))) : a,
    );
  }
  return BigInt(rest);
}

/** Follows the lines by their indentation, as a person does with a pencil. */
function follow(lines: string[], machine: Machine): void {
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? '';
    const body = (from: number): string[] => {
      const end = lines.findIndex((other, i) => i >= from && !other.startsWith('    '));
      return lines.slice(from, end === -1 ? undefined : end).map((other) => other.slice(4));
    };
    machine.steps++;
    const [, name = '', value] = /^(\w) = (.+)$/.exec(line) ?? [];
    const [, condition] = /^if (.+):$/.exec(line) ?? [];
    const [, counter = '', times] = /^for (\w) in range\((\d+)\):$/.exec(line) ?? [];
    const inner = body(at + 1);
    at += 1 + inner.length;
    if (value !== undefined) machine.variables.set(name, evaluate(value, machine));
    if (condition !== undefined) {
      const otherwise = body(at + 1);
      at += 1 + otherwise.length;
      const isTrue = evaluate(condition, machine) === 1n;
      follow(isTrue ? inner : otherwise, machine);
    }
    for (let i = 0n; i < BigInt(times ?? 0); i++) {
      machine.variables.set(counter, i);
      follow(inner, machine);
    }
  }
}

function execute(input: string): { printed: string; steps: number } {
  const machine: Machine = { variables: new Map(), steps: 0 };
  const lines = input.split('\n').slice(2);
  const printed = /^print\((\w)\)$/.exec(lines.pop() ?? '')?.[1] ?? '';
  follow(lines, machine);
  return { printed: String(machine.variables.get(printed)), steps: machine.steps };
}

const solve = (input: string): string => execute(input).printed;
const steps = ({ input }: SampleJson): number => execute(input).steps;

it('every program prints its target, line by line and in exact integers', () => {
  expectSolvable(
    codeOutputV1,
    { assignments: solve, branches: solve, loop: solve, nested_loops: solve },
    { assignments: steps, branches: steps, loop: steps, nested_loops: steps },
  );
});
