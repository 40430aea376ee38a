import { LRUCache } from 'lru-cache';
import pg from 'pg';

/** How often a statement is asked for before it is prepared; what comes once would only take memory. */
const OFTEN = 5;
/** Of each connection, whose Postgres keeps the plans in memory. */
const MAX_PREPARED = 300;

/** A migration changes what it returns, which Postgres refuses of a prepared statement. */
const RETURNS_ALL_COLUMNS = /^\s*SELECT\s+\*|\bRETURNING\s+\*\s*$/i;
/** A condition that may be absent: a plan for any value takes it to leave next to nothing, and reads all of a table. */
const HAS_OPTION = /\$\d+(::[\w[\]]+)?\s+IS\s+NULL\s+OR\b/i;

const asked = new LRUCache<string, number>({ max: 2000 });
const names = new Map<string, string>();

/** By which connections of this process prepare the statement; undefined for one that they do not. */
function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size === MAX_PREPARED) return known;
  const times = (asked.get(text) ?? 0) + 1;
  asked.set(text, times);
  if (times < OFTEN || RETURNS_ALL_COLUMNS.test(text) || HAS_OPTION.test(text)) return undefined;
  names.set(text, `often_${names.size + 1}`);
  return names.get(text);
}

/**
 * Has each connection plan a statement with parameters once that comes often, whoever asks: to plan one, with the policies
 * of its tables, takes as long as to run it. Postgres itself goes on to plan anew where it reckons that values matter.
 */
export class PreparingClient extends pg.Client {
  // It is declared in a dozen forms; of text and values is the one that TypeORM and the pool use.
  override query = ((...args: unknown[]): unknown => {
    const [text, values, ...rest] = args;
    const name = typeof text === 'string' && Array.isArray(values) ? nameOf(text) : undefined;
    const sent = name === undefined ? args : [{ name, text, values }, ...rest];
    const query = Reflect.get(pg.Client.prototype, 'query') as (...sent: unknown[]) => unknown;
    return Reflect.apply(query, this, sent);
  }) as pg.Client['query'];
}
