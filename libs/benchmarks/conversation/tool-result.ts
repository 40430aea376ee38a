import { isDeepStrictEqual } from 'node:util';
import { messageOf } from '#libs/common';
import { runTool } from '#libs/sandbox';
import { MAX_TOOL_RESULT, type ServedTool, type ToolResult } from '#libs/tools';
import { MAX_DEPTH } from '../sample.js';
import { isState, MAX_STATE, type SampleTool, type ToolState } from './conversation-spec.js';

/** What a call came to, and what the state is then; a call that fails leaves it as it was. */
export interface ToolAnswer {
  result: ToolResult;
  state: ToolState;
}

/**
 * Of one call among the tools of a sample and those that servers give it.
 * @param text its arguments as the agent wrote them: JSON, if it did well.
 * @throws AppError where nobody's tool could have run; AgentError where a server could not answer; the signal's reason.
 */
export async function toolResult(
  tools: (SampleTool | ServedTool)[],
  name: string,
  text: string,
  state: ToolState,
  signal: AbortSignal,
): Promise<ToolAnswer> {
  const tool = tools.find((one) => one.name === name);
  if (!tool) {
    const known = tools.map((one) => one.name).join(', ');
    return { result: failure(`There is no tool "${name}". Tools: ${known}.`), state };
  }
  let given: unknown;
  try {
    given = JSON.parse(text.trim() === '' ? '{}' : text);
  } catch (error) {
    return { result: failure(`The arguments are not JSON: ${messageOf(error)}`), state };
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return { result: failure('The arguments must be a JSON object.'), state };
  if ('call' in tool) {
    return { result: await tool.call(given as Record<string, unknown>, signal), state };
  }
  if (tool.javascript === undefined) return { result: canned(tool, given as Record<string, unknown>), state };
  return computed(tool.javascript, text, state, signal);
}

function canned(tool: SampleTool, given: Record<string, unknown>): ToolResult {
  const result = tool.results.find(({ match }) => fits(match, given)) ?? tool;
  if (result.output === undefined)
    return failure(`The tool "${tool.name}" has no result for these arguments.`);
  return { content: typeof result.output === 'string' ? result.output : JSON.stringify(result.output) };
}

async function computed(
  source: string,
  text: string,
  state: ToolState,
  signal: AbortSignal,
): Promise<ToolAnswer> {
  const args = text.trim() === '' ? '{}' : text;
  const outcome = await runTool({ source, args, state: JSON.stringify(state) }, signal);
  if ('thrown' in outcome) return { result: failure(outcome.thrown), state };
  if (outcome.value.length > MAX_TOOL_RESULT + MAX_STATE)
    return { result: failure('The result is too long.'), state };
  const [value, left] = JSON.parse(outcome.value) as [unknown, unknown];
  const content = typeof value === 'string' ? value : JSON.stringify(value);
  if (content.length > MAX_TOOL_RESULT)
    return { result: failure(`The result has more than ${MAX_TOOL_RESULT} characters.`), state };
  if (!isState(left)) {
    const what = `a JSON object of at most ${MAX_STATE} characters and ${MAX_DEPTH} levels`;
    return { result: failure(`The state that the tool left is not ${what}.`), state };
  }
  return { result: { content }, state: left };
}

/** Whether the arguments have all that is to match; further ones do not matter. */
const fits = (match: Record<string, unknown>, given: Record<string, unknown>): boolean =>
  Object.entries(match).every(([key, value]) => isDeepStrictEqual(own(given, key), value));

const own = (object: Record<string, unknown>, key: string): unknown =>
  Object.hasOwn(object, key) ? object[key] : undefined;

const failure = (message: string): ToolResult => ({ content: `Error: ${message}`, error: true });
