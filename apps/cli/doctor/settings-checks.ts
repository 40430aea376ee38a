import { messageOf } from '../cli-error.js';
import { isOpenToOthers, readConfigFile } from '../config-file.js';
import type { CliEnvironment } from '../environment.js';
import { ok, problem, warning, type Finding } from './finding.js';

const LEAST_NODE = [20, 19];

/** Node, and what `aibench login` keeps. */
export async function checkSettings({ configFile }: CliEnvironment): Promise<Finding[]> {
  return [checkNode(process.versions.node), await checkConfigFile(configFile)];
}

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = LEAST_NODE;
  return major > leastMajor || (major === leastMajor && minor >= leastMinor)
    ? ok('node', version)
    : problem(
        'node',
        `${version} is too old`,
        `Install Node ${LEAST_NODE.join('.')} or later, e.g. from nodejs.org.`,
      );
}

async function checkConfigFile(path: string): Promise<Finding> {
  try {
    const stored = await readConfigFile(path);
    if (stored === undefined) return ok('config', `${path} is not there: nobody signed in`);
    if (stored.api_key !== null && (await isOpenToOthers(path)))
      return problem('config', `Others on this machine can read the API key in ${path}`, `chmod 600 ${path}`);
    return ok(
      'config',
      `${path} names ${stored.url}, ${stored.api_key === null ? 'without a key' : 'with a key'}`,
    );
  } catch (error) {
    return warning('config', messageOf(error), `rm ${path}, then \`aibench login <url>\``);
  }
}
