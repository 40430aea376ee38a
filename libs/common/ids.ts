import { MAX, NIL, v7, validate } from 'uuid';

/** A new UUID v7: ids sort by creation time, so B-tree inserts stay local and keyset pages follow time. */
export const newId = (): string => v7();

/** Where pages of ascending and of descending ids begin. */
export const [FIRST_ID, LAST_ID] = [NIL, MAX];

export const isId = (text: string): boolean => validate(text);
