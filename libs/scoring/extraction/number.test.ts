import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findNumbers, parseNumber, takeNumber } from './number.js';

const all = (text: string): string[] => Array.from(findNumbers(text), (number) => number.text);

describe('findNumbers', () => {
  it.each<[string, string[]]>([
    ['The answer is 42.', ['42']],
    ['42', ['42']],
    ['$1,234.50', ['1234.5']],
    ['$ 1,200', ['1200']],
    ['1,200 €', ['1200']],
    ['€5', ['5']],
    ['US$5 and R$7', ['5', '7']],
    ['Rs.500', ['500']],
    [String.raw`\$42`, ['42']],
    ['50%', ['50']],
    ['Price: -$5', ['-5']],
    ['Price: $-5', ['-5']],
    ['−7 °C', ['-7']],
    ['–7 °C', ['-7']],
    ['+3', ['3']],
    ['(5)', ['5']],
    ['.5', ['0.5']],
    ['-.25', ['-0.25']],
    ['007', ['7']],
    ['1.0', ['1']],
    ['-0.0', ['0']],
    ['0.50', ['0.5']],
    ['1.5e3', ['1500']],
    ['2.5E-3', ['0.0025']],
    ['3 × 10^8 m/s', ['300000000']],
    ['3 x 10^-2', ['0.03']],
    [String.raw`1.2 \times 10^{5}`, ['120000']],
    ['6.02 × 10²³', ['602000000000000000000000']],
    ['4·10⁻³', ['0.004']],
    ['1e999', []],
    ['1e-999', ['0']],
    ['**42**', ['42']],
    ['*42*', ['42']],
    ['`42`', ['42']],
    [String.raw`\boxed{1{,}234}`, ['1234']],
    [String.raw`$12\,000$`, ['12000']],
    ["1'234'567", ['1234567']],
    ['12\u00a0345 and 1\u202f000', ['12345', '1000']],
    ['1_000_000', ['1000000']],
    ['1,2,3', ['1', '2', '3']],
    ['1,2345', ['1', '2345']],
    ['16-3=13', ['16', '3', '13']],
    ['5 - 10', ['5', '10']],
    ['5 -10', ['5', '-10']],
    ['x = -3', ['-3']],
    ['x=-3', ['-3']],
    ['f(2)-4', ['2', '4']],
    ['pages 10–12', ['10', '12']],
    ['5%-10%', ['5', '10']],
    ['She makes 9 * 2 = $<<9*2=18>>18 a day', ['9', '2', '9', '2', '18', '18']],
    ['42km', ['42']],
    ['the 3rd', ['3']],
    ['CO2, H2O, GPT-4, x_1, B12 and COVID-19', []],
    ['5 m^2', ['5']],
    ['5 m²', ['5']],
    [String.raw`5 s^{-1}`, ['5']],
    ['答案是42', ['42']],
    ['ответ 42', ['42']],
    ['1.2.3', ['1.2', '3']],
    ['10:30', ['10', '30']],
    ['NaN, Infinity, ∞, ½ and no digit', []],
    ['', []],
  ])('%j holds %j', (text, expected) => {
    expect(all(text)).toEqual(expected);
  });

  it('keeps every digit of integers beyond the precision of doubles', () => {
    expect(all('123456789012345678901234567890')).toEqual(['123456789012345678901234567890']);
  });

  it('reads back the plain notation of any integer', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 300n), max: 10n ** 300n }),
        (n) => all(String(n))[0] === String(n),
      ),
    );
  });

  it('reads back any double, however it is written', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (n) => {
        const number = parseNumber(String(n));
        return number?.value === (n === 0 ? 0 : n) && Number(number.text) === (n === 0 ? 0 : n);
      }),
    );
  });

  it('reads a grouped amount as the amount', () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.integer({ min: 0, max: 99 }), (whole, cents) => {
        const decimals = String(cents).padStart(2, '0');
        const text = `Total: $${whole.toLocaleString('en-US')}.${decimals}.`;
        return takeNumber(text, 'last')?.value === Number(`${whole}.${decimals}`);
      }),
    );
  });

  it('is idempotent on its own notation', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789.,-$e× ^{}10') }), (text) =>
        all(text).every((number) => parseNumber(number)?.text === number),
      ),
    );
  });

  it.each(['1', '1,111', '0', '1e1', '-', '.1', '$', ' ', '1 ', '^{', '×10^', '\\,1', "1'"])(
    'reads 100,000 characters of %j in linear time',
    (unit) => {
      const text = unit.repeat(100_000 / unit.length);
      const started = performance.now();
      takeNumber(`${text}x`, 'last');
      expect(performance.now() - started).toBeLessThan(2000);
    },
  );
});

describe('parseNumber', () => {
  it.each([
    ['18', '18'],
    [' 1,200.50 ', '1200.5'],
    ['$18', '18'],
    ['18 €', '18'],
    ['50 %', '50'],
    [String.raw`50\%`, '50'],
    ['-5', '-5'],
  ])('reads %j as %s', (text, expected) => {
    expect(parseNumber(text)?.text).toBe(expected);
  });

  it.each(['', 'eighteen', '18 dollars', '1/2', '3 and 4', 'x2', '1e999', '1,2', '10:30', '%'])(
    'takes %j for no number',
    (text) => {
      expect(parseNumber(text)).toBeNull();
    },
  );
});

describe('takeNumber', () => {
  it('takes the end of the text that is asked for', () => {
    expect(takeNumber('2 apples and 3 pears make 5 fruits', 'first')?.value).toBe(2);
    expect(takeNumber('2 apples and 3 pears make 5 fruits', 'last')?.value).toBe(5);
    expect(takeNumber('none', 'last')).toBeNull();
  });
});
