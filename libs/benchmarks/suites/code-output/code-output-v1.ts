import type { SeededRandom } from '#libs/common';
import { NUMERIC, shortAnswerSuite } from '../short-answer-suite.js';
import { categoryPerKind, untilFound, type Kind, type Question } from '../suite.js';
import { run, showProgram, type Expression, type Program } from './program.js';

const NAMES = ['x', 'y', 'z'];

const begin = (random: SeededRandom): Program => NAMES.map((name) => ({ set: name, to: random.int(1, 20) }));

/** Changes one of the variables by another, by a counter of a loop or by a number. */
function update(random: SeededRandom, counters: string[] = []): Program {
  const name = random.pick(NAMES);
  const other = random.pick<Expression>([
    ...NAMES.filter((another) => another !== name),
    ...counters,
    random.int(2, 9),
  ]);
  const changed: Expression = [name, random.pick(['+', '-', '*'] as const), other];
  const shrinks = random.pick(['//', '%', undefined] as const);
  return [{ set: name, to: shrinks ? [changed, shrinks, random.int(3, 30)] : changed }];
}

const updates = (random: SeededRandom, count: number, counters: string[] = []): Program =>
  Array.from({ length: count }, () => update(random, counters)).flat();

function branch(random: SeededRandom, counters: string[] = []): Program {
  const [a, b] = random.sample(NAMES, 2) as [string, string];
  const condition = random.pick<Expression>([
    [a, '<', b],
    [[a, '%', random.int(2, 3)], '==', 0],
  ]);
  return [{ if: condition, then: update(random, counters), else: update(random, counters) }];
}

const ask = (random: SeededRandom, draw: () => Program): Question =>
  untilFound(() => {
    const program = draw();
    const variables = new Map<string, number>();
    if (!run(program, variables)) return undefined;
    const printed = random.pick(NAMES);
    return {
      input: `What does this Python program print?\n\n${[...showProgram(program), `print(${printed})`].join('\n')}`,
      answer: String(variables.get(printed)),
    };
  });

const kinds: Record<string, Kind<Question>> = {
  assignments: (random, level) => ask(random, () => [...begin(random), ...updates(random, 3 * level)]),

  branches: (random, level) =>
    ask(random, () => [
      ...begin(random),
      ...Array.from({ length: level }, () => [...branch(random), ...update(random)]).flat(),
    ]),

  loop: (random, level) =>
    ask(random, () => [
      ...begin(random),
      {
        for: 'i',
        times: 1 + 2 * level,
        do: [...updates(random, level, ['i']), ...branch(random, ['i'])],
      },
    ]),

  nested_loops: (random, level) =>
    ask(random, () => [
      ...begin(random),
      {
        for: 'i',
        times: 1 + level,
        do: [
          ...update(random, ['i']),
          { for: 'j', times: 1 + level, do: updates(random, 1 + level, ['i', 'j']) },
        ],
      },
    ]),
};

export const codeOutputV1 = shortAnswerSuite({
  name: 'code-output-v1',
  title: 'Code output',
  description:
    '72 generated Python programs of assignments, branches and loops: what do they print? Harder ones have more lines ' +
    'and rounds.',
  shape: 'the number that is printed in digits',
  scorers: [NUMERIC],
  categories: categoryPerKind(kinds, 18),
});
