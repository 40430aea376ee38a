/** `value` / 10^`places` as a decimal without superfluous zeros; exact. */
export function decimal(value: number, places: number): string {
  const digits = String(Math.abs(value)).padStart(places + 1, '0');
  const point = digits.length - places;
  const fraction = digits.slice(point).replace(/0+$/, '');
  return `${value < 0 ? '-' : ''}${digits.slice(0, point)}${fraction && `.${fraction}`}`;
}
