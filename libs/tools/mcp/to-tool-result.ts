import type { CallToolResult } from '@modelcontextprotocol/client';
import { MAX_TOOL_RESULT, type ToolResult } from '../tool-servers.js';

/** What the agent is told: the texts of a result. What is no text is named, since a tool's result is text. */
export function toToolResult({ content, structuredContent, isError }: CallToolResult): ToolResult {
  const told = content.map((part) => {
    switch (part.type) {
      case 'text':
        return part.text;
      case 'resource':
        return 'text' in part.resource ? part.resource.text : leftOut('resource', part.resource.uri);
      case 'resource_link':
        return leftOut('resource', part.uri);
      default:
        return leftOut(part.type, part.mimeType);
    }
  });
  if (told.length === 0 && structuredContent !== undefined) told.push(JSON.stringify(structuredContent));
  const text = told.join('\n');
  if (text.length > MAX_TOOL_RESULT) {
    return { content: `Error: The result has more than ${MAX_TOOL_RESULT} characters.`, error: true };
  }
  return { content: text, ...(isError === true && { error: true }) };
}

const leftOut = (type: string, what: string): string => `[${type} left out: ${what}]`;
