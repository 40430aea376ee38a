import { RE2JS } from 're2js';
import { z } from 'zod';
import { messageOf } from '#libs/common';

const MAX_PROGRAM = 1000;
/** See `lastMatch`; both in characters. */
const WALK_BUDGET = 5_000_000;
const TAIL = 3_000;

const FLAGS = { i: RE2JS.CASE_INSENSITIVE, s: RE2JS.DOTALL, m: RE2JS.MULTILINE };

export type UserRegex = RE2JS;
type Matcher = ReturnType<RE2JS['matcher']>;

/**
 * Compiles a pattern from a user. RE2 syntax, so matching is linear in the text: no look-around, no back-references.
 * @param flags any of `i` (ignore case), `s` (dot matches newline), `m` (^ and $ match at lines)
 * @throws Error naming the pattern and the reason
 */
export function compileRegex(pattern: string, flags = ''): UserRegex {
  let regex: RE2JS;
  try {
    const bits = Object.entries(FLAGS).filter(([flag]) => flags.includes(flag));
    regex = RE2JS.compile(
      pattern,
      bits.reduce((all, [, bit]) => all | bit, 0),
    );
  } catch (error) {
    const reason = messageOf(error).replace('error parsing regexp: ', '');
    throw new Error(`The pattern /${pattern}/ does not compile: ${reason}. Write it in RE2 syntax.`, {
      cause: error,
    });
  }
  if (regex.programSize() > MAX_PROGRAM) {
    throw new Error(
      `The pattern /${pattern}/ is too large once its repetitions are written out. Shorten it.`,
    );
  }
  return regex;
}

/** The reason why a pattern cannot be used, or null. */
export function patternProblem(pattern: string): string | null {
  try {
    compileRegex(pattern);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** Schema of a pattern that compiles. */
export const regexPattern = z
  .string()
  .min(1)
  .max(1000)
  .superRefine((pattern, context) => {
    const problem = patternProblem(pattern);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  })
  .describe('A regular expression in RE2 syntax.');

export const regexFlags = z
  .string()
  .regex(/^[ims]+$/, 'Flags are any of i (ignore case), s (dot matches newline), m (^ and $ match at lines).')
  .optional()
  .describe('Any of i (ignore case), s (dot matches newline), m (^ and $ match at lines).');

/** A capture group by its number; `any` is the first of them that holds text, and without groups the match. */
export type Group = number | 'any';

function textOf(matcher: Matcher, group: Group): string | null {
  if (group !== 'any') return matcher.group(group);
  const count = matcher.groupCount();
  for (let index = 1; index <= count; index++) {
    const text = matcher.group(index);
    if (text) return text;
  }
  return count === 0 ? matcher.group(0) : null;
}

/** The text of `group` in the first match, or null. */
export function firstMatch(regex: UserRegex, text: string, group: Group = 0): string | null {
  const matcher = regex.matcher(text);
  return matcher.find() ? textOf(matcher, group) : null;
}

/**
 * The text of `group` in the last match, or null. A step from one match to the next may read on to the end of the
 * text, and so the walk over all matches is quadratic. Once its steps may have read five million characters (50
 * matches in a text of 100,000), it goes on in the last 3,000 characters only.
 */
export function lastMatch(regex: UserRegex, text: string, group: Group = 0): string | null {
  const matcher = regex.matcher(text);
  const tail = text.length - TAIL;
  let last: string | null = null;
  let budget = WALK_BUDGET;
  for (let found = matcher.find(); found;) {
    last = textOf(matcher, group);
    const end = matcher.end();
    budget -= text.length - end;
    found = budget < 0 && end < tail ? matcher.find(tail) : matcher.find();
  }
  return last;
}

/** The text without what matches. Bounded as `lastMatch` is: once the budget is spent, what is left stays as it is. */
export function withoutMatches(regex: UserRegex, text: string): string {
  const matcher = regex.matcher(text);
  let kept = '';
  let at = 0;
  for (let budget = WALK_BUDGET; budget > 0 && matcher.find(); budget -= text.length - at) {
    kept += text.slice(at, matcher.start());
    at = matcher.end();
  }
  return kept + text.slice(at);
}
