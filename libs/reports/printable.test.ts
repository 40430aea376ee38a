import { expect, it } from 'vitest';
import { printable } from './printable.js';

it.each([
  ['Modèle Ω Модель', 'Modèle Ω Модель'],
  ['e\u0301', 'é'],
  ['模型-7b 🚀', '\ufffd\ufffd-7b \ufffd'],
  [' a\tb\r\n c\u0000\u202e ', 'a b c\ufffd\ufffd'],
  ['56.3 % of 5', '56.3\u00a0% of 5'],
])('draws %j as %j', (text, drawn) => {
  expect(printable(text)).toBe(drawn);
});
