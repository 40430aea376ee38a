import { CliError } from '../cli-error.js';
import { answerOf, type Api } from './client.js';

/** Who the server takes us for. */
export interface Identity {
  workspace: string | null;
  /** Null where the server does not tell. */
  permissions: string[] | null;
}

interface Me {
  workspace: { name: string };
  permissions: string[];
}

/** @throws CliError where the server refuses the key, or does not answer */
export async function identify(api: Api): Promise<Identity> {
  try {
    // Servers from before there were users do not have it, nor their document.
    const me = (await answerOf<unknown>(api.GET('/api/v1/auth/me' as '/health'))) as Me;
    return { workspace: me.workspace.name, permissions: me.permissions };
  } catch (error) {
    if (!(error instanceof CliError && error.details.status === 404)) throw error;
    await api.GET('/api/v1/agents', { params: { query: { limit: 1 } } });
    return { workspace: null, permissions: null };
  }
}
