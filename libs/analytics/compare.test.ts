import { expect, it } from 'vitest';
import { compareEntries } from './compare.js';

const entry = (name: string, right: (i: number) => boolean, samples = 40) => ({
  entryId: name,
  name,
  samples: {
    sampleIds: Array.from({ length: samples }, (_, i) => `s${i}`),
    scores: Array.from({ length: samples }, (_, i) => Number(right(i))),
  },
});
const textOf = (...entries: [ReturnType<typeof entry>, ReturnType<typeof entry>]): string =>
  compareEntries(entries, { clusterOf: null, margin: 0.02, bootstrap: false })[0]!.text;

it('is better by so much, and the other way round worse by as much, with the same interval', () => {
  const [good, poor] = [entry('good', (i) => i % 5 !== 4), entry('poor', (i) => i < 12)];
  const evidence = 'by 50.0 points over 40 samples (95 % interval +28.7 to +66.6 points, p < 0.001).';
  expect(textOf(good, poor)).toBe(`good is better than poor ${evidence}`);
  expect(textOf(poor, good)).toBe(`poor is worse than good ${evidence}`);
});

it('signs a difference that is not shown, and says nothing of the direction of none', () => {
  const [one, two] = [entry('one', (i) => i % 5 !== 4), entry('two', (i) => i % 5 !== 3 || i === 3)];
  expect(textOf(one, two)).toMatch(
    /^Inconclusive: one differs from two by −2\.5 points over 40 samples \(95 % interval −\d+\.\d to \+\d+\.\d points, p = 1\.000\)\. /,
  );
  expect(textOf(one, { ...one, name: 'same' })).toMatch(/one differs from same by 0\.0 points/);
});
