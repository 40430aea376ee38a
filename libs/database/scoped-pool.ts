import pg from 'pg';
import { PreparingClient } from './preparing-client.js';
import { TENANT_ROLE } from './tenant-role.js';
import { currentWorkspace } from './workspace-scope.js';

const CONFINE = `SELECT set_config('role', $1, false), set_config('aibench.workspace_id', $2, false)`;
const NO_TRANSACTION = 'I';

type Callback = (error?: Error, client?: pg.PoolClient, release?: (error?: Error | boolean) => void) => void;

/**
 * Gives out connections that are confined to the workspace of whoever takes them, or to none where that is the engine.
 * Everything that TypeORM or we ask of Postgres goes through `connect`, so this is the one place.
 */
class ScopedPool extends pg.Pool {
  /** Where each connection is; one that is not here was just opened, as the owner of the tables. */
  private readonly places = new WeakMap<pg.PoolClient, string | null>();

  constructor(options: pg.PoolConfig) {
    super({ ...options, Client: PreparingClient });
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Callback): void;
  override connect(callback?: Callback): Promise<pg.PoolClient> | void {
    // Asked for here and not once there is a connection: whoever gives one back runs the next in line in its own scope.
    const taken = this.take(currentWorkspace());
    if (!callback) return taken;
    taken.then(
      (client) => callback(undefined, client, (error) => client.release(error)),
      (error: Error) => callback(error),
    );
  }

  private async take(workspaceId: string | null): Promise<pg.PoolClient> {
    for (;;) {
      const client = await super.connect();
      // Where somebody left a transaction open, its rollback would undo what is set here.
      if (client.getTransactionStatus() === NO_TRANSACTION) return this.confine(client, workspaceId);
      client.release(true);
    }
  }

  private async confine(client: pg.PoolClient, workspaceId: string | null): Promise<pg.PoolClient> {
    if ((this.places.get(client) ?? null) === workspaceId) return client;
    // Nobody else hears its errors yet, and one that nobody hears ends the process.
    const ignore = (): void => undefined;
    client.on('error', ignore);
    try {
      await client.query(CONFINE, workspaceId === null ? ['none', ''] : [TENANT_ROLE, workspaceId]);
      this.places.set(client, workspaceId);
      return client;
    } catch (error) {
      client.release(true);
      throw error;
    } finally {
      client.off('error', ignore);
    }
  }
}

/** Node's Postgres driver with that pool. */
export const scopedDriver = { ...pg, Pool: ScopedPool };
