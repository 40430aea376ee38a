import { randomBytes } from 'node:crypto';
import type { Permission, Role } from '#libs/auth';
import { ADMIN } from './identity-env.js';
import { clientOf, type Answer, type Client } from './service.js';

/** A client with somebody's credentials, of a service in AUTH_MODE=token. */
export interface SignedInClient extends Client {
  /** What it sends as `Authorization: Bearer`: an access token or an API key. */
  token: string;
  workspaceId: string;
  /** Of a person; null for a key. */
  userId: string | null;
}

/** Anything of which only the address is needed. */
type Service = Pick<Client, 'url'>;

export const PASSWORD = 'a sentence that is long enough';

/** The first admin, in the default workspace. */
export const signIn = async (service: Service): Promise<SignedInClient> =>
  withAccess(service, await login(service, ADMIN));

/** A new member, by default of the default workspace. @param admin who adds them. */
export async function userWith(
  service: Service,
  role: Role,
  admin?: SignedInClient,
): Promise<SignedInClient> {
  const by = admin ?? (await signIn(service));
  const email = `${role}-${randomBytes(6).toString('hex')}@example.com`;
  const { invitation } = must(await by.post('/api/v1/members', { email, role }), 201);
  const { token } = invitation;
  const accepted = await clientOf(service.url).post('/api/v1/auth/invitation', {
    ...{ token, name: role, password: PASSWORD },
  });
  return withAccess(service, must(accepted, 201));
}

/** A new key of the admin's. @param admin who makes it. */
export async function keyWith(
  service: Service,
  scopes: Permission[],
  admin?: SignedInClient,
): Promise<SignedInClient> {
  const by = admin ?? (await signIn(service));
  const { key } = must(await by.post('/api/v1/api-keys', { name: scopes.join(), scopes }), 201);
  return { ...clientOf(service.url, bearer(key)), token: key, workspaceId: by.workspaceId, userId: null };
}

/** The admin of a new workspace, who is nobody in the default one. */
export async function otherWorkspace(service: Service): Promise<SignedInClient> {
  const admin = await signIn(service);
  const name = `other-${randomBytes(6).toString('hex')}`;
  const { id } = must(await admin.post('/api/v1/workspaces', { name }), 201);
  const switched = await admin.post('/api/v1/auth/switch', { workspace_id: id });
  return userWith(service, 'admin', await withAccess(service, must(switched, 200)));
}

export const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` });

/** The tokens of a sign-in. */
export const login = async (service: Service, credentials: object): Promise<any> =>
  must(await clientOf(service.url).post('/api/v1/auth/login', credentials), 200);

async function withAccess(
  { url }: Service,
  { access_token: token, workspace_id: workspaceId }: { access_token: string; workspace_id: string },
): Promise<SignedInClient> {
  const client = clientOf(url, bearer(token));
  const { user } = must(await client.get('/api/v1/auth/me'), 200);
  return { ...client, token, workspaceId, userId: user.id };
}

function must({ status, body }: Answer, expected: number): any {
  if (status !== expected) throw new Error(`Not ${expected} but ${status}: ${JSON.stringify(body)}`);
  return body;
}
