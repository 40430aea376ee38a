import { SeededRandom } from '#libs/common';
import type { AgentRequest } from '../agent-adapter.js';
import { textOf } from '../content-part.js';
import { calculate, formatNumber } from './calculator.js';
import { tokenize } from './tokens.js';

type Baseline = (request: AgentRequest, constant: string) => string;

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

const pickChoice = (choices: string[], index: number): string => {
  const letter = LETTERS[index];
  return letter ? `The answer is (${letter})` : `The answer is ${choices[index]}`;
};

function random({ trial: { seed, sampleId, epoch, choices } }: AgentRequest): string {
  const generator = new SeededRandom('baseline.random', seed, sampleId, epoch);
  if (!choices || choices.length === 0) return `The answer is ${generator.int(0, 100)}`;
  return pickChoice(choices, generator.int(0, choices.length - 1));
}

function calculator({ messages, trial: { choices = [] } }: AgentRequest): string {
  const prompt = textOf(messages.findLast(({ role }) => role === 'user')?.content ?? '');
  const value = calculate(prompt);
  if (value === null) return 'I cannot compute this.';
  if (choices.length === 0) return `The answer is ${formatNumber(value)}`;
  const index = choices.findIndex((choice) => isNumber(choice, value));
  return index === -1 ? 'I cannot compute this.' : pickChoice(choices, index);
}

/** Whether a choice such as "$1,200" or "12 apples" names this number, and no other. */
function isNumber(choice: string, value: number): boolean {
  const tokens = tokenize(choice);
  const numbers = tokens.flatMap((token) => (token.kind === 'number' ? token.value : []));
  const negative = tokens[0]?.kind === 'symbol' && tokens[0].text === '-';
  const [number] = numbers;
  if (number === undefined || numbers.length > 1) return false;
  return Math.abs((negative ? -number : number) - value) <= 1e-9 * Math.max(1, Math.abs(value));
}

/** By the `model` of the agent. */
export const baselines: ReadonlyMap<string, Baseline> = new Map<string, Baseline>([
  ['constant', (_request, constant) => constant],
  ['random', random],
  ['calculator', calculator],
]);
