// Runs in a network namespace of its own, where addresses inside and one of the public internet have listeners, and says
// as JSON how many calls were tried and how many connections arrived.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Agent, request } from 'undici';
import { AddressGuard, GuardedClient } from '#libs/outbound';

const PUBLIC = '93.184.215.14';
const INSIDE = ['169.254.169.254', '10.1.2.3', '127.0.0.1', '::1'];

execFileSync('ip', ['link', 'set', 'lo', 'up']);
for (const address of [PUBLIC, '169.254.169.254', '10.1.2.3']) {
  execFileSync('ip', ['addr', 'add', `${address}/32`, 'dev', 'lo']);
}

const arrived: Record<string, number> = {};
for (const address of [PUBLIC, ...INSIDE]) {
  const server = createServer((socket) => {
    arrived[address] = (arrived[address] ?? 0) + 1;
    socket.on('error', () => undefined);
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok');
  }).listen(80, address);
  await once(server, 'listening');
}

let tried = 0;
const attempt = async (call: () => Promise<unknown>): Promise<void> => {
  tried += 1;
  await call().catch(() => undefined);
};
/** A name server that gives one answer to who checks and another to who connects. */
const rebinding = (inside: string) => {
  const answers = [PUBLIC];
  return async () => {
    const address = answers.shift() ?? inside;
    return [{ address, family: address.includes(':') ? 6 : 4 }];
  };
};

for (const inside of INSIDE) {
  const literal = inside.includes(':') ? `[${inside}]` : inside;
  await attempt(() => new GuardedClient([]).post(`http://${literal}/`, {}, '{}'));
  await attempt(async () => {
    const guard = new AddressGuard([]);
    guard.hostOf(`http://${literal}/`);
    await request(`http://${literal}/`, { dispatcher: new Agent(guard.dispatcherOptions()) });
  });
  for (const call of [
    (client: GuardedClient) => client.post('http://rebinding.example/', {}, '{}'),
    (client: GuardedClient) => client.request('http://rebinding.example/', { method: 'GET' }),
    async (client: GuardedClient) => {
      for await (const _ of client.download('http://rebinding.example/', 1000));
    },
  ]) {
    const client = new GuardedClient([], rebinding(inside));
    await client.check('http://rebinding.example/');
    await attempt(() => call(client));
  }
  const guard = new AddressGuard([], rebinding(inside));
  await guard.check('http://rebinding.example/');
  await attempt(() =>
    request('http://rebinding.example/', { dispatcher: new Agent(guard.dispatcherOptions()) }),
  );
}
// The listeners are reached by who may: else that nobody arrives would prove nothing.
await new GuardedClient([], async () => [{ address: PUBLIC, family: 4 }]).post(
  'http://public.example/',
  {},
  '{}',
);
await new GuardedClient(['10.1.2.3']).post('http://10.1.2.3/', {}, '{}');
const control = { [PUBLIC]: arrived[PUBLIC], '10.1.2.3': arrived['10.1.2.3'] };
const breaches = INSIDE.reduce((sum, address) => sum + (arrived[address] ?? 0), 0) - 1;
console.log(JSON.stringify({ tried, breaches, control }));
process.exit(0);
