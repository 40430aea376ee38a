import { expect, it } from 'vitest';
import { csvCell } from './write-csv.js';

it.each([
  [null, ''],
  [-0.5, '-0.5'],
  [1e-7, '1e-7'],
  ['plain', 'plain'],
  ['a,b', '"a,b"'],
  ['say "hi"\n', '"say ""hi""\n"'],
  ['=1+1', "'=1+1"],
  ['+49 30', "'+49 30"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['-2+3', "'-2+3"],
  ['\t=1', "'\t=1"],
  ['\r=1', '"\'\r=1"'],
  ['=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
  ['-5', '-5'],
  ['+1.5e3', '+1.5e3'],
])('writes %j as %j', (value, cell) => expect(csvCell(value)).toBe(cell));
