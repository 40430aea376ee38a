import { it } from 'vitest';
import { expectSolvable, numbersIn } from '../testing/expect-solvable.js';
import { datesV1 } from './dates-v1.js';

/** The clock of JavaScript, in UTC. */
const DAY_MS = 86_400_000;
const dates = (text: string): number[] =>
  [...text.matchAll(/\d{1,2} [A-Z][a-z]+ \d{4}/g)].map(([date]) => Date.parse(`${date} UTC`));
const iso = (time: number): string => new Date(time).toISOString().slice(0, 10);
const WEEKDAY = new Intl.DateTimeFormat('en-US', { weekday: 'long', timeZone: 'UTC' });
const nameOf = (time: number): string => WEEKDAY.format(time);
const knownIsTrue = (input: string): boolean =>
  nameOf(dates(input)[0] ?? 0) === /is a (\w+)\./.exec(input)?.[1];

it('every question has the answer that the calendar of JavaScript gives', () => {
  expectSolvable(
    datesV1,
    {
      weekday: (input) => (knownIsTrue(input) ? nameOf(dates(input)[1] ?? 0) : 'a wrong premise'),
      days_between(input) {
        const [from = 0, to = 0] = dates(input);
        return String((to - from) / DAY_MS);
      },
      add_days(input) {
        const days = numbersIn(input)[0] ?? 0;
        return iso((dates(input)[0] ?? 0) + (input.includes('before') ? -days : days) * DAY_MS);
      },
      nth_weekday(input) {
        const [, nth = '', weekday, month] =
          /the (\w+) (\w+) of (\w+ \d{4})\?/.exec(input)?.map(String) ?? [];
        const first = Date.parse(`1 ${month} UTC`);
        const all = Array.from({ length: 31 }, (_, i) => first + i * DAY_MS).filter(
          (day) => nameOf(day) === weekday && iso(day).slice(0, 7) === iso(first).slice(0, 7),
        );
        return knownIsTrue(input)
          ? iso(all[['first', 'second', 'third', 'fourth'].indexOf(nth)] ?? 0)
          : 'a wrong premise';
      },
      working_days(input) {
        const [, from = 0, to = 0] = dates(input);
        const days = Array.from({ length: (to - from) / DAY_MS + 1 }, (_, i) => new Date(from + i * DAY_MS));
        return knownIsTrue(input) ? String(days.filter((day) => day.getUTCDay() % 6 !== 0).length) : '';
      },
      clock(input) {
        const zones = [...input.matchAll(/UTC([+-]\d+)/g)].map(([, hours]) => Number(hours));
        const start = Date.parse(`2001-01-01T${/\d\d:\d\d/.exec(input)?.[0]}Z`);
        const hours = [...input.matchAll(/(\d+) h/g)].reduce((sum, [, h]) => sum + Number(h), 0);
        const minutes = [...input.matchAll(/(\d+) min/g)].reduce((sum, [, min]) => sum + Number(min), 0);
        const shift = (zones.at(-1) ?? 0) - (zones[0] ?? 0) + hours;
        return new Date(start + shift * 3_600_000 + minutes * 60_000).toISOString().slice(11, 16);
      },
    },
    {
      // What lies between the dates of a question, in days; of the clock, how many legs it has.
      weekday: ({ input }) => Math.abs(((dates(input)[1] ?? 0) - (dates(input)[0] ?? 0)) / DAY_MS),
      days_between: ({ target }) => Number(target),
      add_days: ({ input }) => numbersIn(input)[0] ?? 0,
      nth_weekday: ({ input, target }) => Math.abs((dates(input)[0] ?? 0) - Date.parse(String(target))),
      working_days: ({ target }) => Number(target),
      clock: ({ input }) => input.split(' lands ').length,
    },
  );
});
