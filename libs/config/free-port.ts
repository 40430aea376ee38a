import { once } from 'node:events';
import { createServer } from 'node:net';
import { AppError, messageOf } from '#libs/common';

/**
 * The first of the ports that nobody listens on.
 * @throws AppError `port_in_use` naming them, or `cannot_listen` where the host is none of ours.
 */
export async function freePort(ports: number[], host: string): Promise<number> {
  for (const port of ports) if (await isFree(port, host)) return port;
  throw new AppError(
    'unavailable',
    'port_in_use',
    `Port ${ports.join(', ')} on ${host} is taken. Stop what listens there, or set PORT (of a worker WORKER_PORT) to a free one; 0 takes any.`,
  );
}

async function isFree(port: number, host: string): Promise<boolean> {
  const probe = createServer();
  try {
    probe.listen(port, host);
    await once(probe, 'listening');
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'EADDRINUSE') return false;
    throw new AppError(
      'unavailable',
      'cannot_listen',
      `Cannot listen on ${host}: ${messageOf(error)}. Check HOST and the port.`,
    );
  } finally {
    probe.close();
  }
}
