import type { Token } from './tokens.js';

type Formula = (a: number, b: number, c: number) => number;

/** In a shape, `N` is a number, `~` a gap within a sentence and `…` one that may go into the next. */
const shape = (text: string, formula: Formula): [RegExp, Formula] => [
  new RegExp(
    text
      .replaceAll('N', '(?:\\$ )?(\\d+(?:\\.\\d+)?)')
      .replaceAll('~', '[^.]{0,60}?')
      .replaceAll('…', '.{0,200}?'),
  ),
  formula,
];

/** Shapes of problems, the more specific first. */
const SHAPES: [RegExp, Formula][] = [
  shape('N ~(?:costs?|at|for) N ~(?:each|apiece) …N …change', (n, price, paid) => paid - n * price),
  shape('N ~(?:costs?|at|for) N ~(?:each|apiece)', (n, price) => n * price),
  shape('(?:each|every|an?) ~costs? N …N', (price, n) => n * price),
  shape(
    'N \\w+ (?:per|an?|each|every) (?<unit>\\w+) …(?:for|in) N \\k<unit>s?\\b',
    (rate, time) => rate * time,
  ),
  shape(
    '(?:for|in) N (?<unit>\\w+?)s? ~N \\w+ (?:per|an?|each|every) \\k<unit>\\b',
    (time, rate) => time * rate,
  ),
  shape('N ~(?:in|takes) N (?:hour|minute|second)s? …(?:speed|how fast)', (way, time) => way / time),
  shape('N (?:%|percent) (?:off|discount) …N', (percent, n) => n * (1 - percent / 100)),
  shape('N …N (?:%|percent) (?:off|discount|less|cheaper)', (n, percent) => n * (1 - percent / 100)),
  shape('N …(?:increase|raise|rise|grow)\\w* ~N (?:%|percent)', (n, percent) => n * (1 + percent / 100)),
  shape('N …(?:decrease|reduce|fall|drop)\\w* ~N (?:%|percent)', (n, percent) => n * (1 - percent / 100)),
  shape('N (?:%|percent) of ~N', (percent, n) => (n * percent) / 100),
  shape('N …N (?:%|percent) of (?:them|these|those)', (n, percent) => (n * percent) / 100),
  shape('N …half (?:as many|as much|that) …(?:altogether|in total|in all)', (n) => n * 1.5),
  shape('N …(?:twice|double) (?:as many|as much|that) …(?:altogether|in total|in all)', (n) => n * 3),
  shape('N …half (?:as many|as much|that)', (n) => n / 2),
  shape('N …(?:twice|double) (?:as many|as much|that)', (n) => n * 2),
  shape('N …N times (?:as many|as much)', (n, times) => n * times),
  shape(
    'N …(?:share|divide|split|distribute)\\w* (?:equally )?~(?:among|between|into|by) ~N …(?:each|$)',
    (n, parts) => n / parts,
  ),
  shape(
    'N ~(?:with|of|contain|hold|has|have)\\w* N ~(?:each|apiece) …how (?:many|much)',
    (n, each) => n * each,
  ),
  shape('N …(?:each|every) ~N …how (?:many|much)', (n, each) => n * each),
];

/** Words that call for a step of their own, where the shape at hand does not take it. */
const STEP_WORDS =
  /(?<= |^)(half|twice|double|triple|thirds?|quarters?|times|percent|%|each|every|per|both|than|as many|as much|average|original|equally|profit|seconds?|minutes?|hours?|days?|weeks?|months?|years?|weekends?|daily|dozen|pairs?|if|another|other|rest|save|\/)(?= |$)/g;

const GAIN =
  /^(buy|bought|get|got|receive|find|found|earn|add|win|won|collect|pick|gain|make|made|bake|join|arrive|more)/;
const LOSS =
  /^(give|gave|eat|ate|sell|sold|lose|lost|spend|spent|use|donate|break|broke|remove|leave|left|throw|threw)/;

/**
 * What a short word problem asks for, where its shape is one of those known here.
 * @returns null when none fits.
 */
export function solveWordProblem(tokens: Token[]): number | null {
  const text = tokens.map((token) => (token.kind === 'number' ? plain(token.value) : token.text)).join(' ');
  const count = tokens.filter(({ kind }) => kind === 'number').length;
  const steps = text.match(STEP_WORDS) ?? [];
  for (const [pattern, formula] of SHAPES) {
    // A formula has as many parameters as its shape has numbers; to leave a number of the text out would be a guess.
    const found = formula.length === count && pattern.exec(text);
    if (!found) continue;
    const taken = (step: string): boolean => {
      const singular = step.replace(/s$/, '');
      return singular === found.groups?.unit || pattern.source.includes(singular);
    };
    if (!steps.every(taken)) continue;
    const [a = 0, b = 0, c = 0] = found
      .slice(1)
      .filter((group) => /^\d/.test(group))
      .map(Number);
    return formula(a, b, c);
  }
  return steps.length === 0 && /how (many|much)/.test(text) ? tally(tokens, text) : null;
}

/** "Tom has 5 apples. He buys 3 and eats 2. How many are left?": a start, then gains and losses by their verbs. */
function tally(tokens: Token[], text: string): number | null {
  if (/how (many|much).*\d/.test(text)) return null;
  const addsAll = /altogether|in total|in all/.test(text);
  let total: number | null = null;
  let sign: 1 | -1 | null = null;
  for (const token of tokens) {
    if (token.kind === 'number') {
      if (total === null && sign === -1) return null;
      if (total === null) total = token.value;
      else if (sign !== null) total += sign * token.value;
      else if (addsAll) total += token.value;
      else return null;
    } else if (token.text === '.') sign = null;
    else if (token.kind === 'word' && GAIN.test(token.text)) sign = 1;
    else if (token.kind === 'word' && LOSS.test(token.text)) sign = -1;
  }
  return total !== null && total >= 0 ? total : null;
}

/** Without an exponent, which the shapes do not read. */
const plain = (value: number): string =>
  Number.isInteger(value) ? BigInt(value).toString() : value.toFixed(6);
