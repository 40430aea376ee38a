import { z } from 'zod';
import { quoted, shorten } from '../../score.js';
import { readJson } from '../json/json-output.js';
import { defineConstraint, type Finding } from './define-constraint.js';
import { countOccurrences, hasTitle, hasWord, isLowerCase, isUpperCase } from './text-measures.js';

const phrase = z.string().trim().min(1).max(1000);
const phrases = z.array(phrase).min(1).max(100);
const END = 80;

const finding = (kept: boolean, found: string): Finding => ({ kept, found });
const atStart = (text: string): string => `it begins "${shorten(text.slice(0, END))}"`;
const atEnd = (text: string): string => `it ends "${shorten(text.slice(-END))}"`;

/** Without the code fence, if it is in one. */
const unfenced = (text: string): string =>
  text
    .trim()
    .replace(/^```(?:json)?/i, '')
    .replace(/```$/, '')
    .trim();

/** The first word of a text as IFEval takes it: without quotes before it, up to the first mark. */
const firstWord = (text: string): string =>
  (/^\S*/.exec(text)?.[0] ?? '')
    .replace(/^'+/, '')
    .replace(/^"+/, '')
    .split(/[.,?!'"]/, 1)[0]!
    .toLowerCase();

/** Spelt with blanks or without where it is one of the two that everyone writes. */
function hasPostscript(text: string, marker: string): boolean {
  const lower = text.toLowerCase();
  if (marker === 'P.P.S') return /p\.\s?p\.\s?s/.test(lower);
  if (marker === 'P.S.') return /p\.\s?s\./.test(lower);
  return lower.includes(marker.toLowerCase());
}

export const FORMS = [
  defineConstraint('keywords_present', { keywords: phrases }, (text, { keywords }) => {
    const missing = keywords.filter((keyword) => countOccurrences(text, keyword) === 0);
    return finding(missing.length === 0, `no ${quoted(missing)}`);
  }),
  defineConstraint('keywords_absent', { keywords: phrases }, (text, { keywords }) => {
    const present = keywords.filter((keyword) => hasWord(text, keyword));
    return finding(present.length === 0, `it has ${quoted(present)}`);
  }),
  defineConstraint('one_of', { options: phrases }, (text, { options }) =>
    finding(
      options.some((option) => text.includes(option)),
      `no ${quoted(options)}`,
    ),
  ),
  defineConstraint('starts_with', { text: phrase }, (text, { text: wanted }) =>
    finding(text.trimStart().toLowerCase().startsWith(wanted.toLowerCase()), atStart(text.trim())),
  ),
  defineConstraint('ends_with', { text: phrase }, (text, { text: wanted }) => {
    const end = withoutQuotes(text.trim());
    return finding(end.toLowerCase().endsWith(wanted.toLowerCase()), atEnd(end));
  }),
  defineConstraint('repeats_prompt', { prompt: z.string().trim().min(1).max(50_000) }, (text, { prompt }) =>
    finding(text.trim().toLowerCase().startsWith(prompt.toLowerCase()), atStart(text.trim())),
  ),
  defineConstraint('quoted', {}, (text) => {
    const trimmed = text.trim();
    const kept = trimmed.length > 1 && trimmed.startsWith('"') && trimmed.endsWith('"');
    return finding(kept, 'it is not between double quotes');
  }),
  defineConstraint('json_only', {}, (text) => {
    const json = readJson(unfenced(text));
    return finding('value' in json, 'problem' in json ? shorten(json.problem) : '');
  }),
  defineConstraint('title', {}, (text) => finding(hasTitle(text), 'no <<title>>')),
  defineConstraint('postscript', { marker: phrase }, (text, { marker }) =>
    finding(hasPostscript(text, marker), `no "${shorten(marker)}"`),
  ),
  defineConstraint('upper_case', {}, (text) => finding(isUpperCase(text), 'it is not all in capitals')),
  defineConstraint('lower_case', {}, (text) => finding(isLowerCase(text), 'it is not all in small letters')),
  defineConstraint('no_commas', {}, (text) => {
    const commas = countOccurrences(text, ',');
    return finding(commas === 0, `${commas} commas`);
  }),
  defineConstraint('two_responses', {}, (text) => {
    const parts = text.split('******').map((part) => part.trim());
    const given = parts.filter((part) => part !== '');
    const kept = !parts.slice(1, -1).includes('') && given.length === 2 && given[0] !== given[1];
    const alike = new Set(given).size < given.length ? ', some alike' : '';
    return finding(kept, `${given.length} responses between ******${alike}`);
  }),
  defineConstraint(
    'paragraph_start',
    {
      paragraphs: z.int().min(1).max(1000),
      nth: z.int().min(1).max(1000).describe('From 1 on'),
      word: z.string().regex(/^\S{1,100}$/, 'must be one word'),
    },
    (text, { paragraphs, nth, word }) => {
      const parts = text.split('\n\n').map((part) => part.trim());
      const count = parts.filter((part) => part !== '').length;
      const first = firstWord(parts[nth - 1] ?? '');
      return finding(
        count === paragraphs && nth <= count && first === word.toLowerCase(),
        `${count} paragraphs, and number ${nth} begins "${shorten(first)}"`,
      );
    },
  ),
];

function withoutQuotes(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && text.charAt(start) === '"') start += 1;
  while (end > start && text.charAt(end - 1) === '"') end -= 1;
  return text.slice(start, end);
}
