import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calculate, formatNumber } from './calculator.js';

describe('calculate', () => {
  it.each([
    ['What is 2 + 3 * 4?', 14],
    ['Compute (2 + 3) * 4.', 20],
    ['7 - 10 = ?', -3],
    ['8 / 4 / 2', 1],
    ['2 ^ 3 ^ 2', 512],
    ['-2 ^ 2', -4],
    ['Evaluate 3 × (4 − 1) ÷ 2', 4.5],
    ['1,200 + 34.5', 1234.5],
    ['17 % 5', 2],
    ['-7 mod 5', 3],
    ['3 x 4', 12],
    ['What is 15% of 80?', 12],
    ['What is 15 percent of 80?', 12],
    ['What is 50% of 3 + 1?', 2.5],
    ['What is twelve plus thirty-five?', 47],
    ['two hundred and five times three', 615],
    ['What is two thousand three hundred minus one hundred?', 2200],
    ['a dozen plus 3', 15],
    ['What is half of 48?', 24],
    ['What is three quarters of 20?', 15],
    ['What is twice the sum of 3, 4 and 5?', 24],
    ['What is the product of 6 and 7?', 42],
    ['What is the difference between 4 and 9?', 5],
    ['What is the average of 2, 4 and 9?', 5],
    ['What is 5 squared plus the square root of 81?', 34],
    ['What is the remainder when 17 is divided by 5?', 2],
    ['What is 100 divided by 8?', 12.5],
    ['What is 2 to the power of 10?', 1024],
    ['What is the total of 1, 2 and 3?', 6],
    ['What is the quotient of 84 and 4?', 21],
    ['What is the mean of 3 and 8?', 5.5],
    ['What is triple 5 minus 2 cubed?', 7],
  ])('computes "%s"', (question, expected) => {
    expect(calculate(question)).toBeCloseTo(expected, 9);
  });

  it.each([
    ['Tom has 5 apples. He buys 3 more and gives away 2. How many apples does he have?', 6],
    ['Ana had 12 marbles. She lost 4. How many marbles are left?', 8],
    ['There are 7 red and 5 blue balls. How many balls are there in total?', 12],
    ['A train travels at 60 km per hour for 3 hours. How far does it go?', 180],
    ['Mia buys 4 pens at $3 each. How much does she pay?', 12],
    ['Mia buys 4 pens at $3 each. She pays with a $20 note. How much change does she get?', 8],
    ['24 sweets are shared equally among 6 children. How many does each get?', 4],
    ['A $80 coat is sold at 25% off. What does it cost?', 60],
    ['There are 80 students. 15% of them are left-handed. How many is that?', 12],
    ['Ben has 14 cards. Zoe has twice as many. How many does Zoe have?', 28],
    ['Ben sold 48 clips in April and half as many clips in May. How many did he sell altogether?', 72],
    ['Each pen costs $3. How much do 5 pens cost?', 15],
    ['For 3 hours a pump moves 20 litres per hour. How many litres is that?', 60],
    ['A car drives 120 km in 2 hours. What is its speed?', 60],
    ['With 25% off, what does a $80 coat cost?', 60],
    ['A rent of $500 increased by 10%. What is it now?', 550],
    ['A rent of $500 was reduced by 10%. What is it now?', 450],
    ['Ben has 14 cards. Zoe has half as many. How many does Zoe have?', 7],
    ['Ben sold 20 clips and twice as many pens. How many things in total?', 60],
    ['Ben has 14 cards. Zoe has 3 times as many. How many does Zoe have?', 42],
    ['There are 5 shelves. On each there are 8 books. How many books is that?', 40],
    ['There are 6 boxes with 12 eggs each. How many eggs are there?', 72],
  ])('solves "%s"', (question, expected) => {
    expect(calculate(question)).toBeCloseTo(expected, 9);
  });

  it.each([
    ['', null],
    ['Who wrote Faust?', null],
    ['There are 3 cats.', null],
    ['What is 1 / 0?', null],
    ['What is 9 ^ 9 ^ 9?', null],
    ['What is the remainder when 7^50 is divided by 3?', null],
    ['How many legs do 3 cows and 2 hens have in total?', null],
    ['Ann sells 9 of her 5 kites. How many are left?', null],
    ['There are 3 red kites above 2 green ones. How many are blue?', null],
    ['What is ((((2 + 3?', null],
    ['Tom has 15% of 80 apples and 3 pears and sings 2 songs.', null],
    ['Al runs 3 times a week for 4 weeks, 5 km at 6 degrees. How far?', null],
  ])('does not guess at "%s"', (question, expected) => {
    expect(calculate(question)).toBe(expected);
  });

  it('reads the question, not the worked examples, the choices or the instructions around it', () => {
    const prompt = [
      'Question: What is 1 + 1?\nAnswer: 2',
      'Question: What is 6 * 7?\n(A) 41\n(B) 42\nAnswer:',
    ].join('\n\n');
    expect(calculate(prompt)).toBe(42);
    expect(calculate('Solve this.\n\nWhat is 6 * 7?\n\nGive only a number.')).toBe(42);
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const value = calculate(text);
        expect(value === null || Number.isFinite(value)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('never throws on what looks like arithmetic', () => {
    const piece = fc.constantFrom(
      ...'1 2.5 1,000 + - * / ^ % ( ) $ . ? half of twice the sum between and three hundred each per remainder when is divided by percent has gives'.split(
        ' ',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const value = calculate(pieces.join(' '));
        expect(value === null || Number.isFinite(value)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('agrees with JavaScript on every expression of four operations', () => {
    const operation = fc.constantFrom('+', '-', '*', '/');
    const { expression } = fc.letrec<{ expression: { text: string; value: number } }>((tie) => ({
      expression: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.nat(999).map((value) => ({ text: String(value), value })),
        fc.tuple(tie('expression'), operation, tie('expression')).map(([a, op, b]) => ({
          text: `(${a.text} ${op} ${b.text})`,
          value: apply(a.value, op, b.value),
        })),
      ),
    }));
    fc.assert(
      fc.property(expression, fc.nat(999), ({ text, value }, more) => {
        const expected = value + more;
        const computed = calculate(`What is ${text} + ${more}?`);
        if (Number.isFinite(expected) && Math.abs(expected) < 1e15) expect(computed).toBe(expected);
        else expect(computed).toBeNull();
      }),
      { numRuns: 300 },
    );
  });

  it('multiplies before it adds, from left to right', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(99), { minLength: 5, maxLength: 5 }),
        ([a = 0, b = 0, c = 0, d = 0, e = 0]) => {
          expect(calculate(`${a} - ${b} * ${c} + ${d} - ${e}`)).toBe(a - b * c + d - e);
        },
      ),
    );
  });

  it.each([
    ['brackets', '('.repeat(100_000)],
    ['signs', '-'.repeat(100_000) + '1'],
    ['halves', 'half '.repeat(50_000)],
    ['numbers', '1 '.repeat(50_000)],
    ['sums', '1+'.repeat(50_000)],
    ['letters', 'a'.repeat(100_000)],
    ['sentences', 'Tom has 5 apples each. '.repeat(10_000)],
  ])('is done in a moment with 100,000 characters of %s', (_what, text) => {
    const started = performance.now();
    calculate(text);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe('formatNumber', () => {
  it.each([
    [3, '3'],
    [-0.5, '-0.5'],
    [0.1 + 0.2, '0.3'],
    [1e14, '100000000000000'],
    [1 / 3, '0.3333333333'],
    [1e-7, '0.0000001'],
  ])('writes %d as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
});

function apply(a: number, operation: string, b: number): number {
  if (operation === '+') return a + b;
  if (operation === '-') return a - b;
  return operation === '*' ? a * b : a / b;
}
