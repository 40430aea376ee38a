import fc from 'fast-check';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataSourceOptions } from '#libs/database';
import { reduce, reducerName, type ReducerSpec } from '#libs/scoring';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { boundsSql, reducedSql } from './reducer-sql.js';

const KS = [1, 2, 3, 5];
const REDUCERS: ReducerSpec[] = [
  ...(['mean', 'median', 'mode', 'max'] as const),
  ...(['at_least', 'pass_at', 'pass_k'] as const).flatMap((type) => KS.map((k) => ({ type, k }))),
];
/** Of the run; a trial without a score is null. */
const EPOCHS = 5;

let database: TestDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
});

afterAll(async () => {
  await dataSource?.destroy();
  await database?.drop();
});

/** 100 samples of `EPOCHS` trials each, the same in every run of the test. */
const [samples] = fc.sample(
  fc.array(fc.array(fc.constantFrom(null, 0, 0.3, 0.7, 1, 1), { minLength: EPOCHS, maxLength: EPOCHS }), {
    minLength: 100,
    maxLength: 100,
  }),
  { numRuns: 1, seed: 7 },
) as [(number | null)[][]];

/** By sample, in order. */
async function bySample(...expressions: string[]): Promise<(number | null)[][]> {
  const rows = await dataSource.query<Record<string, number | null>[]>(
    `SELECT ${expressions.map((sql, i) => `${sql} AS e${i}`).join(', ')}
     FROM unnest($1::integer[], $2::double precision[]) WITH ORDINALITY AS t (ordinal, score, epoch)
     GROUP BY ordinal ORDER BY ordinal`,
    [samples.flatMap((trials, i) => trials.map(() => i)), samples.flat()],
  );
  return rows.map((row) => expressions.map((_, i) => row[`e${i}`] ?? null));
}

const scored = (trials: (number | null)[]): number[] => trials.filter((score) => score !== null);

describe.each([0.5, 1])('reducers as SQL, passes from %d on', (passValue) => {
  it.each(REDUCERS.map((reducer) => [reducerName(reducer), reducer] as const))(
    'gives what %s of the trials gives',
    async (_, reducer) => {
      const values = await bySample(reducedSql(reducer, passValue));
      const expected = samples.map((trials) => reduce(reducer, scored(trials), passValue)[0] ?? null);
      expect(values.map(([value]) => value)).toEqual(
        expected.map((value) => (value === null ? null : (expect.closeTo(value, 12) as number))),
      );
    },
  );

  it.each(
    REDUCERS.filter((reducer) => reducer !== 'mean').map(
      (reducer) => [reducerName(reducer), reducer] as const,
    ),
  )('bounds %s by all that its trials without a score may come to', async (_, reducer) => {
    const { worst, best } = boundsSql(reducer, passValue, EPOCHS)!;
    const bounds = await bySample(worst, best);
    samples.forEach((trials, i) => {
      const [low, high] = bounds[i] as [number, number];
      for (const missing of [0, 0.3, 0.7, 1]) {
        const [value] = reduce(
          reducer,
          trials.map((score) => score ?? missing),
          passValue,
        );
        expect(value).toBeGreaterThanOrEqual(low - 1e-12);
        expect(value).toBeLessThanOrEqual(high + 1e-12);
        if (!trials.includes(null))
          expect([low, high]).toEqual([value, value].map((v) => expect.closeTo(v!, 12) as number));
      }
    });
  });
});
