const percent = new Intl.NumberFormat('en', {
  style: 'percent',
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const whole = new Intl.NumberFormat('en');
const usd = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD' });
const smallUsd = new Intl.NumberFormat('en', {
  style: 'currency',
  currency: 'USD',
  maximumSignificantDigits: 2,
});
const signed = new Intl.NumberFormat('en', {
  signDisplay: 'exceptZero',
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const when = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

/** Stands where there is no figure. */
export const NONE = '–';

type Figure = number | null | undefined;

const orNone = (format: (value: number) => string) => (value: Figure) =>
  value === null || value === undefined ? NONE : format(value);

/** Of a share from 0 to 1: `87.5%`. */
export const asPercent = orNone((share) => percent.format(share));

/** Of an interval of shares: `81.0% to 92.4%`. */
export const asRange = (low: Figure, high: Figure): string =>
  orNone(() => `${asPercent(low)} to ${asPercent(high)}`)(low);

/** Of a difference of shares, with its sign: `+4.1 pt`, `−0.5 pt`. */
export const asPoints = orNone((difference) => `${signed.format(difference * 100)} pt`.replace('-', '−'));

/** Of a p-value: `0.031`, `< 0.001`. */
export const asP = orNone((p) => (p < 0.001 ? '< 0.001' : p.toFixed(3)));

/** `12,345` */
export const asCount = orNone((count) => whole.format(count));

/** As `1 sample` and `1,000 samples`. */
export const plural = (count: number, one: string): string =>
  `${asCount(count)} ${one}${count === 1 ? '' : 's'}`;

/** `$1.23`, and of less than a cent its first two digits. */
export const asUsd = orNone((dollars) =>
  dollars !== 0 && Math.abs(dollars) < 0.01 ? smallUsd.format(dollars) : usd.format(dollars),
);

/** Of milliseconds: `850 ms`, `1.2 s`. */
export const asLatency = orNone((ms) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`));

/** Of seconds, as of a clock that goes on: `45 s`, `3 min 20 s`, `2 h 5 min`. */
export const asDuration = orNone((seconds) => {
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
});

/** Of an ISO date: in the reader's own time zone. */
export const asDate = (iso: string | null | undefined): string => (iso ? when.format(new Date(iso)) : NONE);
