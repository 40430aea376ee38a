import { choiceOf, optionsOf, plainText, type Options } from './choice-texts.js';

/** The letter an answer settles on, or null and why not. */
export type ChoiceReading = { letter: string; how: string } | { letter: null; how: string };

const ANSWER = String.raw`(?:\banswer|\b(?:correct|right|best|final)\s(?:choice|option|one))`;
const STATED = String.raw`(?:[^.:\n]{0,60}?\b(?:is|was|(?:would|should|must) be)\b:?|\s?(?:[:：=>]|[—–-]\s))`;
const CHOSEN = String.raw`\bI(?:['’](?:d|ll)|\s(?:would|will))?\s(?:choose|pick|select|go\swith)\b`;
const HEDGE = String.raw`(?:\s(?:therefore|thus|hence|clearly|probably|likely|definitely|indeed|actually)\b,?)?`;
/** Where an answer is announced: "the answer is", "Final answer:", "I'd go with", `<answer>`, `\boxed{`. */
const CUE = new RegExp(String.raw`(?:(?<!/)${ANSWER}${STATED}${HEDGE}|${CHOSEN}|\\boxed\{)`, 'giu');

const OPEN = String.raw`[\s*_"'“‘(\[{<$:]*`;
const REASON = String.raw`\s(?:because|since|as|for|which|is|was|based|given|due)\b`;
/** What may stand behind an answer that has ended. */
const END = String.raw`(?:\s*$|\s?[)\]}"'”’*_<$;!?—–]|\s?[:.,](?![\p{L}\p{N}])|\s?\n|\s[-(]|${REASON})`;
/** "B or C", "A, B, C or D": no single answer. */
const OTHER = String.raw`[)\]]?\s?(?:(?:or|and|/|&)\s?\(?[A-Z]\b|,\s?\(?[A-Z]\)?(?:,|\s(?:or|and)\s))`;
const OPENING = new RegExp(OPEN, 'uy');
const LETTER = new RegExp(String.raw`(?:(?:option|choice|letter)\s[("'*]*)?([A-Z])(?!${OTHER})`, 'iuy');
const ENDED = new RegExp(END, 'iuy');
const SPACE = /\s/y;

const LETTER_LINE = /^[ \t*_"'([{<$]*([A-Z])[)\]}"'*_>$.: \t]*$/gmu;
const LETTER_ALONE = /^[\s*_"'([{<$]*([A-Za-z])[)\]}"'*_>$.:\s]*$/u;
const SAID_CORRECT = new RegExp(
  String.raw`(?<![\p{L}\p{N}'’])([A-Z])[)\]]?\s(?:is|seems|(?:would|must) be)\s(?:the\s)?` +
    String.raw`(?:(?:most\s)?(?:correct|right|best|accurate|appropriate)\s(?:answer|choice|option)|(?:correct|right|answer)\b)`,
  'gu',
);
const LINE = /^[*_"'([ \t]*(?:([A-Z])(?:[)\].:,]+|[ \t][-–—])[* \t]+)?(\S[^\n]*)$/gmu;
const MENTION =
  /\(([A-Z])\)|\b(?:[Oo]ption|[Cc]hoice|[Aa]nswer)\s\(?([A-Z])\b|^([A-Z])(?:[).:]\s|,?\s(?:because|since|as)\b)/gmu;

interface Found {
  at: number;
  letter: string | null;
}

/**
 * Reads which option a free text settles on. In this order:
 * 1. the whole text is a letter or an option's text;
 * 2. statements ("The answer is (B)", "B is correct", `\boxed{B}`, a line "**B**"): the last one wins;
 * 3. lines that give an option's text, then letters mentioned as options: they must all agree.
 * Nothing is guessed: the article in "A dog" is no letter, and a text that names several options settles on none.
 * @param choices the options' texts; without them only letters are read, up to Z
 */
export function readChoice(text: string, choices?: readonly string[]): ChoiceReading {
  const plain = plainText(text);
  const options = optionsOf(choices);

  const alone = aloneIn(plain, options);
  if (alone) return reading(alone.letter, 'the whole answer');

  const stated = statements(plain, options).reduce<Found | null>(
    (last, found) => (last && last.at > found.at ? last : found),
    null,
  );
  if (stated) return reading(stated.letter, 'the last explicit statement');

  for (const [mentions, how] of [
    [lines(plain, options), 'the only option given as a line'],
    [letters(plain, MENTION, options).map(({ letter }) => letter), 'the only option mentioned'],
  ] as const) {
    const distinct = [...new Set(mentions)];
    if (distinct.length === 1) return reading(distinct[0] ?? null, how);
    if (distinct.length > 1)
      return { letter: null, how: `several options are named: ${distinct.sort().join(', ')}` };
  }
  return { letter: null, how: 'no option is named' };
}

const reading = (letter: string | null, how: string): ChoiceReading =>
  letter === null
    ? { letter, how: 'what it states is the letter of one option and the text of another' }
    : { letter, how };

/** One letter from what was read as a letter and as an option's text; null when the two differ. */
const agreed = (letter: string | undefined, byText: string | undefined): string | null =>
  letter && byText && letter !== byText ? null : (letter ?? byText ?? null);

function aloneIn(text: string, options: Options): Found | null {
  const letter = LETTER_ALONE.exec(text)?.[1]?.toUpperCase();
  const known = letter && options.letters.includes(letter) ? letter : undefined;
  const byText = choiceOf(text, options);
  return known || byText ? { at: 0, letter: agreed(known, byText) } : null;
}

function statements(text: string, options: Options): Found[] {
  const cued = Array.from(text.matchAll(CUE), (cue) => announced(text, cue.index + cue[0].length, options));
  return [
    ...cued.filter((found) => found !== null),
    ...letters(text, SAID_CORRECT, options),
    ...letters(text, LETTER_LINE, options),
  ];
}

/** The answer that stands at `at`, right behind a cue. */
function announced(text: string, at: number, options: Options): Found | null {
  const start = endOf(OPENING, text, at) ?? at;
  const [, byText] =
    [...options.byText]
      .filter(
        ([choice]) => startsWith(text, choice, start) && endOf(ENDED, text, start + choice.length) !== null,
      )
      .sort(([a], [b]) => b.length - a.length)[0] ?? [];
  const letter = letterAt(text, start, options);
  return letter || byText ? { at, letter: agreed(letter, byText) } : null;
}

function letterAt(text: string, start: number, options: Options): string | undefined {
  LETTER.lastIndex = start;
  const written = LETTER.exec(text)?.[1];
  if (!written || !options.letters.includes(written.toUpperCase())) return undefined;
  const end = LETTER.lastIndex;
  // "The answer is B Paris" names an option; "a dog", "a 'dog'", "A dog" and "I think" do not.
  const spaced = endOf(SPACE, text, end) !== null;
  const ended = endOf(ENDED, text, end) !== null && !(spaced && /[a-z]/.test(written));
  return ended || (spaced && /[B-HJ-Z]/.test(written)) ? written.toUpperCase() : undefined;
}

function letters(text: string, pattern: RegExp, options: Options): { at: number; letter: string }[] {
  return Array.from(text.matchAll(pattern), (match) => ({
    at: match.index,
    letter: match.slice(1).find((group) => group !== undefined) ?? '',
  })).filter(({ letter }) => options.letters.includes(letter));
}

/** Options whose text fills a line, alone or behind their own letter. */
function lines(text: string, options: Options): string[] {
  return Array.from(text.matchAll(LINE), ([, letter, rest = '']) => {
    const byText = choiceOf(rest, options);
    return letter === undefined || letter === byText ? byText : undefined;
  }).filter((found) => found !== undefined);
}

const startsWith = (text: string, choice: string, at: number): boolean =>
  text.slice(at, at + choice.length).toLowerCase() === choice;

/** Where a sticky pattern that is tried at `at` ends, or null. */
function endOf(sticky: RegExp, text: string, at: number): number | null {
  sticky.lastIndex = at;
  return sticky.test(text) ? sticky.lastIndex : null;
}
