import { existsSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../cli-error.js';
import type { CliEnvironment } from '../environment.js';
import { LocalService } from '../local-service.js';
import { localEnvironment } from '../session.js';
import { ok, problem, type Finding } from './finding.js';

/** What --local needs: a build, a port, a folder, and in the end that the service starts. */
export async function checkLocal({ dataDir }: CliEnvironment): Promise<Finding[]> {
  const built = existsSync(fileURLToPath(new URL('../../standalone/main.js', import.meta.url)));
  const findings = [
    built
      ? ok('build', 'the service is built')
      : problem('build', 'The service is not built', 'npm run build'),
    await checkPort(),
    await checkFolder(dataDir),
  ];
  if (findings.some(({ state }) => state === 'problem')) return findings;
  return [...findings, await checkStart(dataDir)];
}

async function checkPort(): Promise<Finding> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return ok('port', '127.0.0.1 has a free one');
  } catch (error) {
    return problem(
      'port',
      `Cannot listen on 127.0.0.1: ${messageOf(error)}`,
      'Let this user open ports on loopback.',
    );
  } finally {
    server.close();
  }
}

async function checkFolder(dataDir: string): Promise<Finding> {
  let folder = dataDir;
  while (!existsSync(folder)) folder = dirname(folder);
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    return ok('data', `${dataDir} ${folder === dataDir ? 'is there' : 'can be made'}`);
  } catch {
    return problem('data', `Nothing can be written to ${folder}`, 'Name another folder in DATA_DIR.');
  }
}

async function checkStart(dataDir: string): Promise<Finding> {
  try {
    const service = await LocalService.start(localEnvironment(dataDir));
    await service.stop();
    return ok('start', 'the service starts, with its database');
  } catch (error) {
    return problem(
      'start',
      messageOf(error),
      'What the service said is above; stop what holds its data, or set DATA_DIR.',
    );
  }
}
