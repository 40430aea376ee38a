/** The values of a text of one JSON value a line. @throws SyntaxError */
export const fromJsonLines = (text: string): unknown[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as unknown);
