import { expect, it } from 'vitest';
import { scoreValue } from './score-value.js';

it.each([
  ['C', 1],
  ['P', 0.5],
  ['I', 0],
  ['N', 0],
  ['Yes', 1],
  ['FALSE', 0],
  ['0.25', 0.25],
  [true, 1],
  [0.75, 0.75],
  [null, null],
  [undefined, null],
  [7, undefined],
  ['7', undefined],
  ['c', undefined],
  ['constructor', undefined],
  [[1], undefined],
  [{ a: 1 }, undefined],
])('reads %j as %j', (value, expected) => expect(scoreValue(value)).toBe(expected));
