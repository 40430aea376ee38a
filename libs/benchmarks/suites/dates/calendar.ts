/** A day as the number of days since 1 March of the year 0, in the Gregorian calendar. */
export type Day = number;

const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** Years that begin in March have their leap day last. See H. Hinnant, chrono-compatible low-level date algorithms. */
export function dayOf(year: number, month: number, day: number): Day {
  const y = month > 2 ? year : year - 1;
  const leapDays = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400);
  return 365 * y + leapDays + Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
}

function partsOf(day: Day): { year: number; month: number; date: number } {
  let year = Math.floor(day / 365.2425);
  while (dayOf(year + 1, 1, 1) <= day) year++;
  let month = 1;
  while (month < 12 && dayOf(year, month + 1, 1) <= day) month++;
  return { year, month, date: day - dayOf(year, month, 1) + 1 };
}

/** 0 is Monday. */
export const weekdayOf = (day: Day): number => (day + 2) % 7;
export const weekdayName = (day: Day): string => WEEKDAYS[weekdayOf(day)] as string;
export const monthName = (month: number): string => MONTHS[month - 1] as string;

/** Such as 3 March 2031. */
export function showDay(day: Day): string {
  const { year, month, date } = partsOf(day);
  return `${date} ${monthName(month)} ${year}`;
}

/** Such as 2031-03-03. */
export function isoDay(day: Day): string {
  const { year, month, date } = partsOf(day);
  return `${year}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`;
}
