import { z } from 'zod';
import { messageOf } from '#libs/common';

/** Deeper values could overflow the stack of whoever walks them. */
const MAX_DEPTH = 64;

const FENCED = /^```(?:json)?[^\S\n]*\n([^]*)\n[^\S\n]*```$/;

export const jsonOptions = {
  allow_fence: z.boolean().default(false).describe('Accepts JSON in a code fence that is the whole output.'),
};

export type JsonReading = { value: unknown } | { problem: string };

/** The JSON value that a text is. */
export function readJson(text: string, allowFence = false): JsonReading {
  const trimmed = text.trim();
  const fenced = allowFence && trimmed.endsWith('```') ? FENCED.exec(trimmed)?.[1] : undefined;
  let value: unknown;
  try {
    value = JSON.parse(fenced ?? trimmed);
  } catch (error) {
    return { problem: messageOf(error) };
  }
  return isDeeperThan(value, MAX_DEPTH)
    ? { problem: `It is nested deeper than ${MAX_DEPTH} levels` }
    : { value };
}

export const isDeeperThan = (value: unknown, depth: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (depth === 0 || Object.values(value).some((member) => isDeeperThan(member, depth - 1)));
