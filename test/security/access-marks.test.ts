import { Controller, Get } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer, Reflector } from '@nestjs/core';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCESS, FirstAdmin } from '#libs/auth';
import { startTestService, type TestService } from '../support/service.js';

type Constructor = new (...args: never[]) => unknown;

const reflector = new Reflector();

/** The handlers of a controller that do not say who may call them. */
function unmarked(controller: Constructor): string[] {
  const prototype = controller.prototype as Record<string, () => unknown>;
  return new MetadataScanner()
    .getAllMethodNames(prototype)
    .map((name) => [name, prototype[name] as () => unknown] as const)
    .filter(([, handler]) => Reflect.hasMetadata(PATH_METADATA, handler))
    .filter(([, handler]) => reflector.getAllAndOverride(ACCESS, [handler, controller]) === undefined)
    .map(([name]) => `${controller.name}.${name}`);
}

describe('who may call a handler', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService();
  });

  afterAll(() => service.close());

  it('is said by every handler', () => {
    const controllers = [...service.app.get(ModulesContainer).values()].flatMap(({ controllers }) =>
      [...controllers.values()].map(({ metatype }) => metatype as Constructor),
    );
    expect(controllers.length).toBeGreaterThan(15);
    expect(controllers.flatMap(unmarked)).toEqual([]);
  });

  it('is seen to be missing where it is', () => {
    @Controller()
    class Careless {
      @Get()
      read() {
        return {};
      }
    }
    expect(unmarked(Careless)).toEqual(['Careless.read']);
  });

  it('lets no page of another site in, nor another name of this address, where only the machine is trusted', async () => {
    const status = async (headers: Record<string, string>): Promise<number | undefined> => {
      const request = get(`${service.url}/api/v1/agents`, { headers });
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      response.resume();
      return response.statusCode;
    };
    expect(await status({})).toBe(200);
    expect(await status({ 'sec-fetch-site': 'same-origin' })).toBe(200);
    expect(await status({ 'sec-fetch-site': 'cross-site' })).toBe(401);
    expect(await status({ host: 'rebound.example:8000' })).toBe(401);
  });

  it('is everybody on this machine, who is no person and has no keys, in AUTH_MODE=local', async () => {
    expect(await service.app.get(FirstAdmin).announcement(service.url)).toEqual([]);
    const { body } = await service.get('/api/v1/auth/me');
    expect(body).toMatchObject({ kind: 'local', user: null, role: null, workspaces: [] });
    expect(body.permissions).toContain('admin:full');
    expect((await service.get('/api/v1/workspaces')).body.items).toHaveLength(1);
    for (const [path, sent] of [
      ['api-keys', { name: 'k', scopes: ['benchmark:read'] }],
      ['workspaces', { name: 'w' }],
    ] as const)
      expect((await service.post(`/api/v1/${path}`, sent)).status).toBe(403);
  });
});
