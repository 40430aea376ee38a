/** One thing that doctor looked at. */
export interface Finding {
  check: string;
  state: 'ok' | 'warning' | 'problem';
  text: string;
  /** What to do; null where all is well. */
  fix: string | null;
}

export const ok = (check: string, text: string): Finding => ({ check, state: 'ok', text, fix: null });
export const warning = (check: string, text: string, fix: string): Finding => ({
  check,
  state: 'warning',
  text,
  fix,
});
export const problem = (check: string, text: string, fix: string): Finding => ({
  check,
  state: 'problem',
  text,
  fix,
});
