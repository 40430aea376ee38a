import { expect, it } from 'vitest';
import { expectSolvable, numbersIn } from '../testing/expect-solvable.js';
import { unitsV1 } from './units-v1.js';

/** What a unit is worth in the base unit of its dimension, as an exact fraction: [numerator, denominator]. */
const WORTH: Record<string, [bigint, bigint]> = {
  ...{ mm: [1n, 1000n], cm: [1n, 100n], m: [1n, 1n], km: [1000n, 1n] },
  ...{ mg: [1n, 1000n], g: [1n, 1n], kg: [1000n, 1n], t: [1_000_000n, 1n] },
  ...{ ml: [1n, 1000n], cl: [1n, 100n], l: [1n, 1n], hl: [100n, 1n] },
  ...{ 'square centimetres': [1n, 10_000n], 'square metres': [1n, 1n] },
  ...{ hectares: [10_000n, 1n], 'square kilometres': [1_000_000n, 1n] },
  ...{
    seconds: [1n, 1n],
    minutes: [60n, 1n],
    hours: [3600n, 1n],
    days: [86_400n, 1n],
    weeks: [604_800n, 1n],
  },
  ...{ bytes: [1n, 1n], KiB: [1n << 10n, 1n], MiB: [1n << 20n, 1n], GiB: [1n << 30n, 1n] },
  ...{ inches: [254n, 100n], centimetres: [1n, 1n] },
  ...{ feet: [3048n, 10_000n], yards: [9144n, 10_000n], metres: [1n, 1n] },
  ...{ miles: [1_609_344n, 1_000_000n], kilometres: [1n, 1n] },
  ...{ pounds: [45_359_237n, 100_000_000n], kilograms: [1n, 1n] },
  ...{ 'metres per second': [1n, 1n], 'kilometres per hour': [1000n, 3600n] },
};

type Fraction = [bigint, bigint];
const times = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * c, b * d];
const plus = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * d + c * b, b * d];
const over = (a: Fraction, [c, d]: Fraction): Fraction => times(a, [d, c]);

function read(text: string): Fraction {
  const [whole = '', fraction = ''] = text.split('.');
  return [BigInt(whole + fraction), 10n ** BigInt(fraction.length)];
}

/** Long division, until nothing is left. */
function show([n, d]: Fraction): string {
  if (n < 0n) return `-${show([-n, d])}`;
  let digits = '';
  for (let rest = n % d; rest > 0n && digits.length < 30; rest = (rest * 10n) % d) digits += (rest * 10n) / d;
  return `${n / d}${digits && `.${digits}`}`;
}

const UNITS = Object.keys(WORTH).sort((a, b) => b.length - a.length);
const AMOUNT = new RegExp(`(-?\\d+(?:\\.\\d+)?) (${UNITS.join('|')})\\b`, 'g');

/** "How many X are A Y and B Z?": the amounts in one base unit, over what X is worth. */
function convert(input: string): string {
  const question = input.slice(input.lastIndexOf('How many '));
  const unit = /^How many ([a-zA-Z ]+?) are/.exec(question)?.[1] ?? '';
  const amounts = [...question.matchAll(AMOUNT)].map(([, number = '', name = '']) =>
    times(read(number), WORTH[name] ?? [0n, 1n]),
  );
  return show(over(amounts.reduce(plus, [0n, 1n]), WORTH[unit] ?? [1n, 1n]));
}

const digits = ({ input, target }: { input: string; target: unknown }): number =>
  `${input}${String(target)}`.replace(/\D/g, '').length;

it('every question has the exact answer that fractions give', () => {
  expectSolvable(
    unitsV1,
    {
      metric: convert,
      area(input) {
        if (!input.includes('a field')) return convert(input);
        const fields = [...input.matchAll(/([\d.]+) km long and (\d+) m wide/g)];
        const squareMetres = fields.map(([, km = '', m = '']) =>
          times(times(read(km), [1000n, 1n]), read(m)),
        );
        return show(over(squareMetres.reduce(plus, [0n, 1n]), [10_000n, 1n]));
      },
      time: convert,
      data: convert,
      customary: convert,
      temperature(input) {
        const given = read(/-?\d+(\.\d+)?/.exec(input)?.[0] ?? '');
        return input.includes('many degrees Celsius')
          ? show(times(plus(given, [-32n, 1n]), [5n, 9n]))
          : show(plus(times(given, [9n, 5n]), [32n, 1n]));
      },
      speed(input) {
        if (!input.startsWith('A train')) return convert(input);
        const [, speed = '', minutes = '', seconds = ''] =
          /at ([\d.]+) .* (\d+) minutes and (\d+) seconds/.exec(input) ?? [];
        const hours = over(plus(times(read(minutes), [60n, 1n]), read(seconds)), [3600n, 1n]);
        return show(times(times(read(speed), hours), [1000n, 1n]));
      },
    },
    {
      area: ({ input }) => numbersIn(input).length,
      ...Object.fromEntries(
        ['metric', 'time', 'data', 'customary', 'temperature', 'speed'].map((kind) => [kind, digits]),
      ),
    },
  );
});

it('writes answers in the shortest form', () => {
  for (const { target } of unitsV1.generate(1, 'mixed')) {
    expect(target).toMatch(/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/);
  }
});
