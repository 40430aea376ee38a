import type { SeededRandom } from '#libs/common';
import { shortAnswerSuite } from '../short-answer-suite.js';
import { categoryPerKind, type Kind, type Level, type Question } from '../suite.js';
import { dayOf, isoDay, monthName, showDay, weekdayName, weekdayOf, type Day } from './calendar.js';

/** Days between the two dates of a question, at least and at most: within weeks, a year, decades. */
const SPANS: Record<Level, [number, number]> = { 1: [5, 27], 2: [40, 330], 3: [1_000, 12_000] };
const ORDINALS = ['first', 'second', 'third', 'fourth'];

const drawDay = (random: SeededRandom): Day => dayOf(random.int(1970, 2070), 1, 1) + random.int(0, 364);
const drawSpan = (random: SeededRandom, level: Level): number => random.int(...SPANS[level]);

const dated = (day: Day): string => `${showDay(day)} is a ${weekdayName(day)}.`;

/** Minutes of a day, or of any time, as a clock shows them. */
function showClock(minutes: number): string {
  const ofDay = ((minutes % 1440) + 1440) % 1440;
  return `${String(Math.floor(ofDay / 60)).padStart(2, '0')}:${String(ofDay % 60).padStart(2, '0')}`;
}

const showZone = (hours: number): string => `UTC${hours < 0 ? '-' : '+'}${Math.abs(hours)}`;

const kinds: Record<string, Kind<Question>> = {
  weekday(random, level) {
    const known = drawDay(random);
    const asked = known + drawSpan(random, level) * random.pick([-1, 1]);
    return {
      input: `${dated(known)} Which day of the week is ${showDay(asked)}?`,
      answer: weekdayName(asked),
    };
  },

  days_between(random, level) {
    const [from, days] = [drawDay(random), drawSpan(random, level)];
    return {
      input: `How many days after ${showDay(from)} is ${showDay(from + days)}?`,
      answer: String(days),
    };
  },

  add_days(random, level) {
    const [from, days, isPast] = [drawDay(random), drawSpan(random, level), random.int(0, 1) === 1];
    return {
      input: `Which date is ${days} days ${isPast ? 'before' : 'after'} ${showDay(from)}?`,
      answer: isoDay(isPast ? from - days : from + days),
    };
  },

  nth_weekday(random, level) {
    const [year, month, nth] = [random.int(1990, 2060), random.int(1, 12), random.int(0, 3)];
    const first = dayOf(year, month, 1);
    const weekday = dayOf(2001, 1, 1) + random.int(0, 6);
    const known = first + (level === 1 ? 0 : drawSpan(random, level) * random.pick([-1, 1]));
    const asked = first + ((weekdayOf(weekday) - weekdayOf(first) + 7) % 7) + 7 * nth;
    return {
      input:
        `${dated(known)} Which date is the ${ORDINALS[nth]} ${weekdayName(weekday)} of ` +
        `${monthName(month)} ${year}?`,
      answer: isoDay(asked),
    };
  },

  working_days(random, level) {
    const from = drawDay(random);
    const to = from + drawSpan(random, level);
    let count = 0;
    for (let day = from; day <= to; day++) if (weekdayOf(day) < 5) count++;
    return {
      input: `${dated(from)} How many days from Monday to Friday are there from ${showDay(from)} to ${showDay(to)}, both of them included?`,
      answer: String(count),
    };
  },

  clock(random, level) {
    const [start, zone] = [random.int(0, 1439), random.int(-9, 11)];
    let [minutes, last] = [start, zone];
    const legs = Array.from({ length: level }, (_, i) => {
      const [flight, wait, to] = [random.int(65, 840), random.int(45, 400), random.int(-9, 11)];
      minutes += flight + (i === 0 ? 0 : wait);
      last = to;
      const begin = i === 0 ? 'It' : `After a stop of ${wait} minutes it goes on and`;
      return `${begin} lands ${Math.floor(flight / 60)} h ${flight % 60} min later in a place at ${showZone(to)}.`;
    });
    return {
      input:
        `A plane takes off at ${showClock(start)} local time from a place at ${showZone(zone)}. ${legs.join(' ')} ` +
        'What is the local time there when it lands for the last time?',
      answer: showClock(minutes + 60 * (last - zone)),
    };
  },
};

export const datesV1 = shortAnswerSuite({
  name: 'dates-v1',
  title: 'Dates and times',
  description:
    '108 generated questions about the Gregorian calendar and the clock: weekdays, spans, working days, time zones. ' +
    'Harder ones span decades or have more legs.',
  shape: 'a date as YYYY-MM-DD, a time as HH:MM, a weekday in English, a number in digits',
  categories: categoryPerKind(kinds, 18),
});
