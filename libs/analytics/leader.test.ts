import { describe, expect, it } from 'vitest';
import { summarizeRun } from './entry-summary.js';
import { leaderSentence, ranked, topPerformer } from './leader.js';
import { aRun, binary, type EntryFigures } from './testing/index.js';

const entriesOf = (...entries: EntryFigures[]) => summarizeRun(aRun(entries));

describe('leader', () => {
  it('leads where its interval lies above all others', () => {
    // Wilson: 90/100 → 82.6 to 94.5 %, 60/100 → 50.2 to 69.1 %
    const entries = entriesOf(
      { name: 'low', rollup: binary(60, 100) },
      { name: 'high', rollup: binary(90, 100) },
    );
    expect(ranked(entries).map(({ agent }) => agent)).toEqual(['high', 'low']);
    expect(topPerformer(entries)).toBe('high');
    expect(leaderSentence(entries)).toBe(
      'high leads with 90.0 % of 100 samples (95 % interval 82.6 to 94.5 %): its interval lies above those of the other agent.',
    );
  });

  it('is not clear where intervals overlap', () => {
    const entries = entriesOf(
      { name: 'a', rollup: binary(60, 100) },
      { name: 'b', rollup: binary(50, 100) },
      { name: 'c', rollup: binary(30, 100) },
    );
    expect(topPerformer(entries)).toBe('a');
    expect(leaderSentence(entries)).toMatch(/^No clear leader: a has 60\.0 %/);
    expect(leaderSentence(entries)).toContain(
      'b (50.0 %, 40.4 to 59.6 %) may be as good, since the intervals overlap.',
    );
    expect(leaderSentence(entries)).not.toContain('c (');
  });

  it('names three rivals and counts the others', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const sentence = leaderSentence(entriesOf(...names.map((name) => ({ name, rollup: binary(5, 9) }))));
    expect(sentence).toContain('d (55.6 %, 26.7 to 81.1 %), and 2 others may be as good');
  });

  it('is not clear where trials without a score could turn the order', () => {
    const entries = entriesOf(
      { name: 'a', infraErrors: 100, rollup: binary(100, 100) },
      { name: 'b', rollup: binary(120, 200) },
    );
    expect(leaderSentence(entries)).toMatch(
      /^No clear leader: a has 100\.0 %.* once trials without a score are allowed for\.$/,
    );
  });

  it('does not rank an entry that ended early, however high its score', () => {
    const entries = entriesOf(
      { name: 'early', status: 'failed', trials: 100, rollup: binary(5, 5) },
      { name: 'whole', rollup: binary(60, 100) },
    );
    expect(topPerformer(entries)).toBe('whole');
    expect(leaderSentence(entries)).toContain('whole scored 60.0 %');
  });

  it('names nobody at a tie for the first place, or without a score', () => {
    expect(
      topPerformer(entriesOf({ name: 'a', rollup: binary(5, 9) }, { name: 'b', rollup: binary(5, 9) })),
    ).toBeNull();
    const none = entriesOf(
      { name: 'a', agentErrors: 3 },
      { name: 'b', status: 'processing', trials: 5, rollup: null },
    );
    expect(topPerformer(none)).toBeNull();
    expect(leaderSentence(none)).toBe('0 of 2 agents completed with a score.');
    expect(leaderSentence(entriesOf({ name: 'a', agentErrors: 1 }))).toBe(
      '0 of 1 agent completed with a score.',
    );
  });
});
