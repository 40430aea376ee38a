import { fileURLToPath } from 'node:url';

/** Without a slash at its end. Written so that it also loads in a Node that is about to be refused. */
export const PROJECT = fileURLToPath(new URL('../..', import.meta.url)).replace(/.$/, '');

const MIN_NODE = [20, 19];

/** Ends the process with one clear line where Node is too old for the service. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1])) return;
  fail(
    `Node ${process.versions.node} is too old: install Node ${MIN_NODE.join('.')} or later, e.g. from nodejs.org.`,
  );
}

/** @param {string} message @returns {never} */
export function fail(message) {
  console.error(message);
  process.exit(1);
}

/** @param {unknown} error */
export const messageOf = (error) => (error instanceof Error ? error.message : String(error));
