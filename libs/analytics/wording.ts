/** How numbers read in sentences and reports: one place, so that the API and the PDF say the same. */

const LIST = new Intl.ListFormat('en', { type: 'conjunction' });

export const listed = (parts: Iterable<string>): string => LIST.format(parts);

/** 1319 → "1,319". */
export const count = (n: number): string => n.toLocaleString('en-US', { maximumFractionDigits: 0 });

/** (1, "trial") → "1 trial"; (1319, "trial") → "1,319 trials". */
export const plural = (n: number, noun: string): string => `${count(n)} ${noun}${n === 1 ? '' : 's'}`;

/** 0.5625 → "56.3 %". */
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** A difference of shares: 0.041 → "4.1 points". */
export const points = (difference: number): string => `${(difference * 100).toFixed(1)} points`;

/** One that may go either way, in points: −0.041 → "−4.1"; 0 → "0.0". */
export function signed(difference: number): string {
  const text = Math.abs(difference * 100).toFixed(1);
  return text === '0.0' ? text : `${difference < 0 ? '−' : '+'}${text}`;
}

/** Milliseconds as seconds, to three significant digits: 1234.5 → "1.23 s". */
export const seconds = (ms: number): string => `${significant(ms / 1000)} s`;

/** 0.00312 → "$0.00312". */
export const usd = (amount: number): string => `$${significant(amount)}`;

/** 3.2512 → "3.3 times". */
export const times = (factor: number): string => `${factor.toFixed(1)} times`;

/** 0.0312 → "p = 0.031". */
export const pText = (p: number): string => (p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`);

/** "53.6 to 58.9 %"; "no interval" where it is undefined. */
export function intervalText({ ciLow, ciHigh }: { ciLow: number | null; ciHigh: number | null }): string {
  if (ciLow === null || ciHigh === null) return 'no interval';
  return `${(ciLow * 100).toFixed(1)} to ${percent(ciHigh)}`;
}

const significant = (value: number): string =>
  value.toLocaleString('en-US', {
    maximumSignificantDigits: 3,
    minimumSignificantDigits: value === 0 ? 1 : 3,
  });
