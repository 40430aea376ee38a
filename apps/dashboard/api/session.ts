import { queryClient, query, api } from './client.js';
import { isStatus } from './problem.js';
import type { Me, Permission } from './types.js';

const ME = query.queryOptions('get', '/api/v1/auth/me');

/** Who is signed in, or undefined where nobody is. */
export async function currentSession(): Promise<Me | undefined> {
  try {
    return await queryClient.ensureQueryData(ME);
  } catch (error) {
    if (isStatus(error, 401)) return undefined;
    throw error;
  }
}

/** Who is signed in. Of pages behind the sign-in. */
export function useMe(): Me {
  const { data } = query.useSuspenseQuery('get', '/api/v1/auth/me');
  return data;
}

export function useMay(permission: Permission): boolean {
  return useMe().permissions.includes(permission);
}

/** After whoever is signed in, or where, has changed: nothing that was read before counts. */
export const forgetAll = (): void => queryClient.clear();

/** What was read stays until its pages are left: they would ask for it anew. */
export async function signOut(): Promise<void> {
  await api.POST('/api/v1/auth/logout', { body: {} });
}
