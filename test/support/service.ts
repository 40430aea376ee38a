import { StandaloneModule } from '#apps/standalone';
import { createApi, serve } from '#apps/api';
import { AppConfig, type Environment } from '#libs/config';
import { MasterKeys } from '#libs/vault';
import type { INestApplication } from '@nestjs/common';
import { register } from 'prom-client';
import { TEST_IDENTITY } from './identity-env.js';
import { createTestDatabase, type TestDatabase } from './postgres.js';

export interface Answer<T = any> {
  status: number;
  headers: Headers;
  body: T;
}

/** For whatever keeps secrets in a test. */
export const TEST_MASTER_KEY = `test:${Buffer.alloc(32, 7).toString('base64')}`;

/** The standalone service in this process, on a database of its own, with a client. */
export interface TestService {
  url: string;
  app: INestApplication;
  database: TestDatabase;
  get<T = any>(path: string): Promise<Answer<T>>;
  post<T = any>(path: string, body?: unknown): Promise<Answer<T>>;
  /** Any other method, with a JSON body. */
  fetch<T = any>(path: string, method: string, body: unknown): Promise<Answer<T>>;
  /** Sends a file with its `options` part, as `curl -F` does. */
  upload<T = any>(path: string, file: string | Blob, options?: unknown, method?: string): Promise<Answer<T>>;
  /** Waits until the run has ended and gives it as /api/v1/runs/:id does. */
  finish<T = any>(runId: string): Promise<T>;
  close(): Promise<void>;
}

export async function startTestService(env: Environment = {}): Promise<TestService> {
  // Metrics are a process's, and its services of before are closed.
  register.clear();
  const database = await createTestDatabase();
  const config = new AppConfig(
    {
      AUTH_MODE: 'local',
      ...TEST_IDENTITY,
      VAULT_MASTER_KEY: TEST_MASTER_KEY,
      LOG_LEVEL: 'silent',
      PORT: '0',
      ...env,
    },
    { standalone: true },
  );
  const app = await createApi(
    StandaloneModule.of(config, database.url, new MasterKeys(config.vault.keys)),
    config,
  );
  const url = await serve(app, 0, '127.0.0.1');
  return {
    app,
    database,
    ...clientOf(url),
    close: async () => {
      await app.close();
      await database.drop();
    },
  };
}

export type Client = Pick<TestService, 'url' | 'get' | 'post' | 'fetch' | 'upload' | 'finish'>;

/** A client of a service wherever it runs. @param headers of every request. */
export function clientOf(url: string, headers: Record<string, string> = {}): Client {
  const call = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, { ...init, headers: { ...headers, ...init.headers } });
    const text = await response.text();
    const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
  const get = (path: string): Promise<Answer> => call(path, {});
  const send = (path: string, method: string, body: unknown): Promise<Answer> =>
    call(path, {
      method,
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return {
    url,
    get,
    post: (path, body = {}) => send(path, 'POST', body),
    fetch: send,
    upload: (path, file, options, method = 'POST') => {
      const form = new FormData();
      if (options !== undefined) form.append('options', JSON.stringify(options));
      form.append('file', file instanceof Blob ? file : new Blob([file]), 'upload');
      return call(path, { method, body: form });
    },
    finish: async (runId) => {
      for (;;) {
        const { status, body } = await get(`/api/v1/runs/${runId}`);
        if (status !== 200) throw new Error(`Run ${runId}: ${status} ${JSON.stringify(body)}`);
        if (['completed', 'failed', 'cancelled'].includes(body.status)) return body;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}
