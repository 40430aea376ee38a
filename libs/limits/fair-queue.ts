/**
 * Waiters in groups that take turns: first come, first served within a group, and however long one group's line is,
 * another has its turn after a single one of it.
 */
export class FairQueue<T> {
  length = 0;
  /** In the order of their turns. */
  private readonly lines = new Map<string, T[]>();

  push(group: string, item: T): void {
    const line = this.lines.get(group);
    if (line) line.push(item);
    else this.lines.set(group, [item]);
    this.length++;
  }

  /** Back to where it was, for the next turn. */
  putBack(group: string, item: T): void {
    const rest = [...this.lines].filter(([name]) => name !== group);
    const line = [item, ...(this.lines.get(group) ?? [])];
    this.lines.clear();
    for (const [name, items] of [[group, line] as const, ...rest]) this.lines.set(name, items);
    this.length++;
  }

  shift(): T | undefined {
    const [first] = this.lines;
    if (!first) return undefined;
    const [group, line] = first;
    const item = line.shift();
    this.lines.delete(group);
    if (line.length > 0) this.lines.set(group, line);
    this.length--;
    return item;
  }

  /** @returns whether it was there. */
  remove(group: string, item: T): boolean {
    const line = this.lines.get(group) ?? [];
    const place = line.indexOf(item);
    if (place < 0) return false;
    line.splice(place, 1);
    if (line.length === 0) this.lines.delete(group);
    this.length--;
    return true;
  }

  /** Takes them all out. */
  drain(): T[] {
    const all = [...this.lines.values()].flat();
    this.lines.clear();
    this.length = 0;
    return all;
  }
}
