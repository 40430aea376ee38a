import { StreamableHTTPClientTransport, type FetchLike } from '@modelcontextprotocol/client';
import { Agent, fetch } from 'undici';
import type { McpServerConfig } from '#libs/config';
import type { Link } from './mcp-server.js';

/** A server at an address that the operator wrote, and that is therefore called whatever network it is in. */
export function httpLink(
  { url, headers }: Extract<McpServerConfig, { url: string }>,
  maxBytes: number,
): Link {
  const dispatcher = new Agent({ maxResponseSize: maxBytes });
  const bounded = (address: string | URL, init?: RequestInit) =>
    // Behind a redirect the headers, and the keys in them, would go to whom the operator did not name.
    fetch(address, { ...(init as object), redirect: 'error', dispatcher });
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers },
    fetch: bounded as unknown as FetchLike,
  });
  return { transport, lastWords: () => '' };
}
