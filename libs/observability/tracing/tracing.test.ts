import { expect, it, vi } from 'vitest';
import { Tracing } from './tracing.js';

vi.mock('./start-sdk.js', () => {
  throw new Error('The SDK was loaded.');
});

it('loads no SDK and describes nothing where there is nowhere to send spans to', async () => {
  const tracing = await Tracing.start({
    endpoint: undefined,
    protocol: 'http/protobuf',
    sampledRatio: 1,
    service: 'worker',
  });
  const start = vi.fn();
  expect(await tracing.inSpan(start, async (span) => [span])).toEqual([undefined]);
  expect(await tracing.continuing(undefined, start, async (span) => [span])).toEqual([undefined]);
  expect(tracing.beginRequest({}, start)).toBeUndefined();
  expect(tracing.carrier()).toBeUndefined();
  expect(start).not.toHaveBeenCalled();
  await expect(
    Tracing.start({ endpoint: 'http://127.0.0.1:1', protocol: 'http/json', sampledRatio: 1, service: 'api' }),
  ).rejects.toThrow();
});
