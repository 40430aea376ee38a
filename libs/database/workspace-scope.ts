import { AsyncLocalStorage } from 'node:async_hooks';

/** What a request may reach; before it is known whose it is, and in everything that is no request, all of it. */
interface Scope {
  workspaceId: string | null;
}

const scopes = new AsyncLocalStorage<Scope>();

/** Begins a request, whose workspace `enterWorkspace` names once it is known. */
export const openScope = <T>(work: () => T): T => scopes.run({ workspaceId: null }, work);

/**
 * From here on the request reaches the rows of one workspace alone, whatever its SQL says.
 * @throws Error outside of `openScope`, and for a second workspace: either would go on with rows of others.
 */
export function enterWorkspace(workspaceId: string): void {
  const scope = scopes.getStore();
  if (!scope) throw new Error('No scope was opened for this request, so it cannot be kept to its workspace.');
  if (scope.workspaceId !== null && scope.workspaceId !== workspaceId)
    throw new Error(`The request is in workspace ${scope.workspaceId} and cannot change to ${workspaceId}.`);
  scope.workspaceId = workspaceId;
}

/** Does work with the rows of one workspace alone, where no request's scope reaches. */
export const inWorkspace = <T>(workspaceId: string, work: () => T): T => scopes.run({ workspaceId }, work);

/** Does work with the rows of all workspaces: that of the engine, which a request may happen to start. */
export const outsideWorkspaces = <T>(work: () => T): T => openScope(work);

/** The workspace that the caller is confined to; null where it is not. */
export const currentWorkspace = (): string | null => scopes.getStore()?.workspaceId ?? null;

/**
 * The same items, each made in the scope of whoever calls this: a stream asks for the next when its socket has room, and
 * that is in nobody's scope.
 */
export function keepScope<T>(items: AsyncIterable<T>): AsyncIterable<T> {
  const inScope = AsyncLocalStorage.snapshot();
  return {
    [Symbol.asyncIterator]: () => {
      const iterator = items[Symbol.asyncIterator]();
      return {
        next: () => inScope(() => iterator.next()),
        return: async () => (await inScope(() => iterator.return?.())) ?? { done: true, value: undefined },
      };
    },
  };
}
