import { PassThrough } from 'node:stream';
import type { MultipartFile } from '@fastify/multipart';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bytesOf } from './uploads.js';

describe('the bytes of an uploaded file', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  const upload = (): MultipartFile['file'] =>
    Object.assign(new PassThrough(), { truncated: false, bytesRead: 0 });

  it('end in an error when its client sends no more', async () => {
    const file = upload();
    file.push('begun');
    const bytes = bytesOf(file);
    expect((await bytes.next()).value).toEqual(Buffer.from('begun'));
    const next = expect(bytes.next()).rejects.toMatchObject({ code: 'upload_stalled' });
    await vi.advanceTimersByTimeAsync(61_000);
    await next;
  });

  it('wait for a reader that takes its time', async () => {
    const file = upload();
    file.push('a');
    const bytes = bytesOf(file);
    await bytes.next();
    await vi.advanceTimersByTimeAsync(600_000);
    file.push('b');
    file.push(null);
    expect((await bytes.next()).value).toEqual(Buffer.from('b'));
    expect(await bytes.next()).toEqual({ done: true, value: undefined });
  });
});
