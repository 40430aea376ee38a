import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyWith, otherWorkspace, signIn, userWith } from './identity.js';
import { startTestService, type TestService } from './service.js';

describe('those whom tests act as', () => {
  let service: TestService;
  beforeAll(async () => void (service = await startTestService({ AUTH_MODE: 'token' })));
  afterAll(() => service.close());

  it('are an admin, members of each role, keys, and somebody of another workspace', async () => {
    const me = async (client: Pick<TestService, 'get'>) => (await client.get('/api/v1/auth/me')).body;
    const admin = await signIn(service);
    expect(await me(admin)).toMatchObject({ kind: 'user', role: 'admin' });
    expect(await me(await userWith(service, 'viewer'))).toMatchObject({
      role: 'viewer',
      permissions: ['benchmark:read', 'results:read'],
    });
    expect(await me(await keyWith(service, ['results:read']))).toMatchObject({
      kind: 'api_key',
      permissions: ['results:read'],
    });
    const other = await otherWorkspace(service);
    expect(await me(other)).toMatchObject({ role: 'admin', workspaces: [{ id: other.workspaceId }] });
    expect(other.workspaceId).not.toBe(admin.workspaceId);
  });
});
