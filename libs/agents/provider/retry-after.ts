/**
 * Milliseconds that a provider asks us to wait: `retry-after-ms`, or `retry-after` as seconds or as an HTTP date
 * (RFC 9110, 10.2.3). Undefined where it does not say, or not intelligibly.
 */
export function retryAfterMs(headers: Pick<Headers, 'get'>, now = Date.now()): number | undefined {
  const milliseconds = decimal(headers.get('retry-after-ms'));
  if (milliseconds !== undefined) return Math.ceil(milliseconds);
  const value = headers.get('retry-after');
  const seconds = decimal(value);
  if (seconds !== undefined) return Math.ceil(seconds * 1000);
  // Date.parse() takes "-5" for a date in 2001; an HTTP date starts with the name of a day.
  const date = value !== null && /^[A-Z][a-z]{2}/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function decimal(text: string | null): number | undefined {
  return text !== null && /^\d{1,12}(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined;
}
