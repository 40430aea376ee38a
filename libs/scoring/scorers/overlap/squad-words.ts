import { words } from './tokens.js';

const PUNCTUATION = /[!-/:-@[-`{-~]/g;
const ARTICLE = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu;

/** Words as `evaluate-v1.1.py` of SQuAD has them: lower case, without ASCII punctuation and English articles. */
export const squadWords = (text: string): string[] =>
  words(text.normalize('NFC').toLowerCase().replace(PUNCTUATION, '').replace(ARTICLE, ' '));
