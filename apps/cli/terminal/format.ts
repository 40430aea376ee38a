/** What stands for a value that is not known. */
export const NONE = '-';

type Maybe<T> = T | null | undefined;

export const percent = (fraction: Maybe<number>): string =>
  fraction == null ? NONE : `${(fraction * 100).toFixed(1)} %`;

/** In percentage points, with its sign. */
export const points = (fraction: Maybe<number>): string =>
  fraction == null ? NONE : `${fraction < 0 ? '−' : '+'}${Math.abs(fraction * 100).toFixed(1)}`;

export const count = (value: Maybe<number>): string => (value == null ? NONE : value.toLocaleString('en-US'));

export function milliseconds(ms: Maybe<number>): string {
  if (ms == null) return NONE;
  return ms < 1000 ? `${ms.toFixed(ms < 10 ? 1 : 0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

export const money = (usd: Maybe<number>): string =>
  usd == null ? NONE : `$${usd.toFixed(usd > 0 && usd < 1 ? 4 : 2)}`;

/** How long something still takes: two units at most. */
export function timeLeft(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return whole < 600 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Per second. */
export const rate = (perSecond: number): string =>
  `${perSecond >= 10 ? count(Math.round(perSecond)) : perSecond.toFixed(1)}/s`;

/** A time of the API, to the minute, in UTC. */
export const minute = (iso: Maybe<string>): string =>
  iso == null ? NONE : `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
