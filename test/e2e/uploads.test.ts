import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '#test/support/service';

const BEGUN = `--B\r
Content-Disposition: form-data; name="options"\r
\r
{"name": "stalled", "scoring": {"scorers": [{"type": "exact"}]}}\r
--B\r
Content-Disposition: form-data; name="file"; filename="f"\r
\r
{"id": "1", "input": "a", "target": "b"}
`;

describe('clients that send half a file and then nothing', () => {
  let service: TestService;
  beforeAll(
    async () =>
      void (service = await startTestService({ DATABASE_POOL_SIZE: '4', DATABASE_MAX_OVERFLOW: '0' })),
  );
  afterAll(() => service.close());

  const begin = async (): Promise<Socket> => {
    const { hostname, port } = new URL(service.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write(
      `POST /api/v1/benchmarks/upload HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=B\r\nContent-Length: 100000\r\n\r\n${BEGUN}`,
    );
    return socket;
  };

  it('take no connection to Postgres from the rest, and leave nothing behind', async () => {
    const clients = await Promise.all(Array.from({ length: 12 }, begin));
    await sleep(300);
    const asked = performance.now();
    expect((await service.get('/api/v1/agents')).status).toBe(200);
    expect(performance.now() - asked).toBeLessThan(2000);
    for (const client of clients) client.destroy();
    const answer = await service.upload(
      '/api/v1/benchmarks/upload',
      '{"id": "1", "input": "a", "target": "b"}',
      { name: 'stalled', scoring: { scorers: [{ type: 'exact' }] } },
    );
    expect(answer).toMatchObject({ status: 201, body: { version: 1, sample_count: 1 } });
  });
});
