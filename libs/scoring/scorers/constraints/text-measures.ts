/** Runs of letters, digits and underscores, as Python's `\w+` finds them. */
export const countWords = (text: string): number => text.match(/[\p{L}\p{N}_]+/gu)?.length ?? 0;

const ABBREVIATIONS = new Set(
  'mr mrs ms dr prof st sr jr inc ltd co corp vs etc e.g i.e cf no fig gen lt col capt rev p.s p.p.s u.s'.split(
    ' ',
  ),
);
const CLOSERS = '"\'”’»)]}*_`';
const ENDS = '.!?…。！？';

/**
 * Sentences end with one of `.!?…` before a blank, quotes and brackets closed; not with a title, another common
 * abbreviation, an initial or the number of a list, and not with a line. What is left at the end counts as one.
 */
export function countSentences(text: string): number {
  let count = 0;
  let isOpen = false;
  for (const word of text.replace(/[。！？]/g, '$& ').split(/\s+/)) {
    if (!isOpen && /^\d{1,3}[.)]$/.test(word)) continue;
    isOpen ||= /[\p{L}\p{N}]/u.test(word);
    if (isOpen && endsSentence(word)) {
      count += 1;
      isOpen = false;
    }
  }
  return count + Number(isOpen);
}

function endsSentence(word: string): boolean {
  let end = word.length;
  while (end > 0 && CLOSERS.includes(word.charAt(end - 1))) end -= 1;
  if (end === 0 || !ENDS.includes(word.charAt(end - 1))) return false;
  if (word.charAt(end - 1) !== '.') return true;
  let start = 0;
  while (start < end && !/[\p{L}\p{N}]/u.test(word.charAt(start))) start += 1;
  const stem = word.slice(start, end - 1);
  return !/^\p{Lu}$/u.test(stem) && !ABBREVIATIONS.has(stem.toLowerCase());
}

/** How often `phrase` is in `text`, without regard to case, none of them overlapping. */
export const countOccurrences = (text: string, phrase: string): number =>
  text.toLowerCase().split(phrase.toLowerCase()).length - 1;

const isWordCharacter = (text: string, at: number): boolean => /[\p{L}\p{N}_]/u.test(text.charAt(at));

/** Whether `phrase` is in `text` as words of its own, without regard to case. */
export function hasWord(text: string, phrase: string): boolean {
  const [within, wanted] = [text.toLowerCase(), phrase.toLowerCase()];
  for (let at = within.indexOf(wanted); at >= 0; at = within.indexOf(wanted, at + 1)) {
    const end = at + wanted.length;
    const joined = [at, end].some(
      (edge) => isWordCharacter(within, edge - 1) && isWordCharacter(within, edge),
    );
    if (!joined) return true;
  }
  return false;
}

/** Lines that begin with `-`, or with `*` and no second one, blanks before them or not. */
export const countBullets = (text: string): number =>
  text.split('\n').filter((line) => /^(?:\*(?!\*)|-)/.test(line.trimStart())).length;

/** `*text*` and `**text**` within a line; what is bold counts as IFEval counts it, once. */
export function countHighlights(text: string): number {
  const [single, double] = [/\*[^\n*]*\*/g, /\*\*[^\n*]*\*\*/g].map((form) => text.match(form) ?? []);
  return [...single!, ...double!].filter((found) => found.replaceAll('*', '').trim() !== '').length;
}

/** `[text]` within a line. */
export function countPlaceholders(text: string): number {
  let count = 0;
  for (const line of text.split('\n')) {
    let open = line.indexOf('[');
    while (open >= 0) {
      const close = line.indexOf(']', open);
      if (close < 0) break;
      count += 1;
      open = line.indexOf('[', close);
    }
  }
  return count;
}

/** Places where `marker` stands with a number behind it, with a blank between them or without. */
export function countSections(text: string, marker: string): number {
  const parts = text.split(marker).slice(1);
  return parts.filter((part) => /^\s?\p{Nd}/u.test(part)).length;
}

/** Words in capitals only; with a hyphen or an apostrophe in it, it is one. */
export function countCapitalWords(text: string): number {
  const words = text.match(/[\p{L}\p{N}_'’-]+/gu) ?? [];
  return words.filter(isUpperCase).length;
}

const LOWER = /[\p{Lowercase}\p{Lt}]/u;
const UPPER = /[\p{Uppercase}\p{Lt}]/u;

/** Some letter is a capital and none is not; what has no case does not matter. */
export const isUpperCase = (text: string): boolean => /\p{Uppercase}/u.test(text) && !LOWER.test(text);
export const isLowerCase = (text: string): boolean => /\p{Lowercase}/u.test(text) && !UPPER.test(text);

/** A line has `<<text>>`. */
export const hasTitle = (text: string): boolean =>
  text.split('\n').some((line) => {
    const [start, end] = [line.indexOf('<<'), line.lastIndexOf('>>')];
    return start >= 0 && end > start + 2 && /[^<>\s]/.test(line.slice(start + 2, end));
  });
