import type { Omission } from './omission.js';

/** Gathers omissions; of the same reason only the first place is named, with how many more there are. */
export class Omissions {
  private readonly found = new Map<string, { key: string; more: number }>();

  add(key: string, reason: string): void {
    const known = this.found.get(reason);
    if (known) known.more += 1;
    else this.found.set(reason, { key, more: 0 });
  }

  list(): Omission[] {
    return [...this.found].map(([reason, { key, more }]) => ({
      key,
      reason: more === 0 ? reason : `${reason} So in ${more} more places.`,
    }));
  }
}
