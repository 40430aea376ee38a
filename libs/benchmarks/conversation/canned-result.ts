import { isDeepStrictEqual } from 'node:util';
import { messageOf } from '#libs/common';
import type { CannedTool } from './conversation-spec.js';

/** What a call of a tool came to. An error is told to the agent, which may try again. */
export interface ToolResult {
  content: string;
  error?: true;
}

/** Of one call among `tools`. @param text its arguments as the agent wrote them: JSON, if it did well. */
export function cannedResult(tools: CannedTool[], name: string, text: string): ToolResult {
  const tool = tools.find((one) => one.name === name);
  if (!tool) {
    const known = tools.map((one) => one.name).join(', ');
    return failure(`There is no tool "${name}". Tools: ${known}.`);
  }
  let given: unknown;
  try {
    given = JSON.parse(text.trim() === '' ? '{}' : text);
  } catch (error) {
    return failure(`The arguments are not JSON: ${messageOf(error)}`);
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return failure('The arguments must be a JSON object.');
  const result = tool.results.find(({ match }) => fits(match, given as Record<string, unknown>)) ?? tool;
  if (result.output === undefined) return failure(`The tool "${name}" has no result for these arguments.`);
  return { content: typeof result.output === 'string' ? result.output : JSON.stringify(result.output) };
}

/** Whether the arguments have all that is to match; further ones do not matter. */
const fits = (match: Record<string, unknown>, given: Record<string, unknown>): boolean =>
  Object.entries(match).every(([key, value]) => isDeepStrictEqual(own(given, key), value));

const own = (object: Record<string, unknown>, key: string): unknown =>
  Object.hasOwn(object, key) ? object[key] : undefined;

const failure = (message: string): ToolResult => ({ content: `Error: ${message}`, error: true });
