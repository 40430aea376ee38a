import { stripVTControlCharacters } from 'node:util';

/** C0, DEL, C1, and what turns the direction of text around. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text that somebody else wrote (names, errors, outputs), harmless to a terminal: escape sequences are taken out, other
 * control characters shown as �. Line breaks and tabs stay.
 */
export const printable = (text: string): string =>
  stripVTControlCharacters(text).replace(/\r\n/g, '\n').replace(CONTROL, '\uFFFD');

/** The same on one line, for the cell of a table. */
export const onOneLine = (text: string): string => printable(text).replace(/\s+/g, ' ').trim();
