import pg from 'pg';
import { vi } from 'vitest';
import { currentWorkspace } from '#libs/database';

/** @returns the text of every statement that requests of this process send to Postgres while the work goes on, in order. */
export async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  const texts: string[] = [];
  const query = pg.Client.prototype.query as (...sent: unknown[]) => void;
  const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...sent) {
    const [statement] = sent as unknown as [string | pg.QueryConfig];
    // What the engine does meanwhile is in nobody's name.
    if (currentWorkspace() !== null) texts.push(typeof statement === 'string' ? statement : statement.text);
    return Reflect.apply(query, this, sent);
  });
  try {
    await work();
    return texts;
  } finally {
    spy.mockRestore();
  }
}
