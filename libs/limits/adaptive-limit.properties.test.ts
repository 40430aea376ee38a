import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reported, type LimitRules, type LimitState, type Report, type Share } from './adaptive-limit.js';

/** A process as SharedLimit is one: what it may do changes only when an answer arrives, which may be late or lost. */
interface Member {
  id: string;
  allotment: number;
  inFlight: number;
  successes: number;
  refused: boolean;
  answer?: Share;
}

type Step =
  | { do: 'start' | 'succeed' | 'refuse' | 'fail' | 'report' | 'hear' | 'lose' | 'die'; who: number }
  | { do: 'wait'; ms: number };

const step = (kinds: Step['do'][]): fc.Arbitrary<Step> =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({ do: fc.constantFrom(...kinds), who: fc.nat(4) }) as fc.Arbitrary<Step>,
    },
    // Reports in time keep all that live from being taken for dead.
    { weight: 1, arbitrary: fc.record({ do: fc.constant('wait'), ms: fc.nat(3000) }) },
  );

const rulesArbitrary: fc.Arbitrary<LimitRules> = fc.record({
  start: fc.integer({ min: 1, max: 30 }),
  ceiling: fc.integer({ min: 1, max: 60 }),
  cooldownMs: fc.constant(5000),
  memberTtlMs: fc.constant(10_000),
});

/** Plays the steps, and calls `check` after each report and each start of a call. */
class World {
  state: LimitState | undefined;
  now = 1_000_000;
  before: LimitState | undefined;
  private nextId = 0;
  private lastReport = new Map<string, number>();
  readonly members: Member[];

  constructor(private readonly rules: LimitRules) {
    this.members = Array.from({ length: 5 }, () => this.born());
  }

  private born(): Member {
    return { id: `m${this.nextId++}`, allotment: 0, inFlight: 0, successes: 0, refused: false };
  }

  get inFlight(): number {
    return this.members.reduce((sum, { inFlight }) => sum + inFlight, 0);
  }

  holdings(state: LimitState | undefined): number {
    return Object.values(state?.members ?? {}).reduce((sum, { holding }) => sum + holding, 0);
  }

  play(step: Step, reportedNow: () => void): void {
    if (step.do === 'wait') {
      this.now += step.ms;
      // Whoever lives reports in time; what it hears is another matter.
      for (const member of this.members)
        if (this.now - (this.lastReport.get(member.id) ?? this.now) > 4000) this.send(member, reportedNow);
      return;
    }
    const member = this.members[step.who] as Member;
    const ends = member.inFlight > 0;
    if (step.do === 'start' && member.inFlight < member.allotment) member.inFlight++;
    if (step.do === 'succeed' && ends)
      Object.assign(member, { inFlight: member.inFlight - 1, successes: member.successes + 1 });
    if (step.do === 'refuse' && ends) Object.assign(member, { inFlight: member.inFlight - 1, refused: true });
    if (step.do === 'fail' && ends) member.inFlight--;
    if (step.do === 'report' && !member.answer) this.send(member, reportedNow);
    if (step.do === 'hear' && member.answer) this.hear(member);
    if (step.do === 'lose') delete member.answer;
    if (step.do === 'die') this.members[step.who] = this.born();
  }

  private send(member: Member, reportedNow: () => void): void {
    if (member.answer) this.hear(member);
    this.before = this.state;
    const report: Report = {
      member: member.id,
      demand: member.inFlight + 100,
      holding: Math.max(member.allotment, member.inFlight),
      successes: member.successes,
      rateLimited: member.refused,
    };
    const { state, result } = reported(this.state, this.now, report, this.rules);
    Object.assign(member, { successes: 0, refused: false, answer: result });
    this.state = state;
    this.lastReport.set(member.id, this.now);
    reportedNow();
  }

  private hear(member: Member): void {
    member.allotment = (member.answer as Share).allotment;
    delete member.answer;
  }
}

function always(kinds: Step['do'][], check: (world: World, step: Step) => void): void {
  const run = (rules: LimitRules, steps: Step[]): void => {
    const world = new World(rules);
    for (const step of steps) {
      world.play(step, () => check(world, step));
      check(world, step);
    }
  };
  fc.assert(fc.property(rulesArbitrary, fc.array(step(kinds), { maxLength: 200, size: 'max' }), run), {
    numRuns: 100,
  });
}

const NO_CUT: Step['do'][] = [
  'start',
  'start',
  'start',
  'succeed',
  'fail',
  'report',
  'report',
  'hear',
  'hear',
  'lose',
  'die',
];
const ALL: Step['do'][] = [...NO_CUT, 'refuse'];

describe('whatever members do, and whatever is late or lost', () => {
  it('calls in flight and what members may start are never more than the limit, as long as it is not cut', () => {
    always(NO_CUT, (world) => {
      const limit = world.state?.limit ?? Infinity;
      expect(world.inFlight).toBeLessThanOrEqual(limit);
      expect(world.holdings(world.state)).toBeLessThanOrEqual(limit);
    });
  });

  it('no member has more in flight than the others take it to hold', () => {
    always(ALL, ({ members, state }) => {
      for (const { id, inFlight, allotment } of members)
        expect(Math.max(inFlight, allotment)).toBeLessThanOrEqual(state?.members[id]?.holding ?? 0);
    });
  });

  it('after a cut, nobody gets more until what all hold fits under the limit', () => {
    always(ALL, ({ before, state, holdings }) => {
      if (!state) return;
      expect(holdings(state)).toBeLessThanOrEqual(Math.max(state.limit, holdings(before)));
    });
  });

  it('the limit stays in its bounds, grows only by as many successes as it was, and shrinks only by a refusal', () => {
    const reportArbitrary = fc.record({
      member: fc.constantFrom('a', 'b'),
      demand: fc.nat(50),
      holding: fc.nat(50),
      successes: fc.nat(60),
      rateLimited: fc.boolean(),
      afterMs: fc.nat(4000),
    });
    fc.assert(
      fc.property(rulesArbitrary, fc.array(reportArbitrary), (rules, reports) => {
        let now = 0;
        let last = Math.min(rules.start, rules.ceiling);
        let state: LimitState | undefined;
        let successes = 0;
        for (const { afterMs, ...report } of reports) {
          now += afterMs;
          successes += report.successes;
          state = reported(state, now, report, rules).state;
          expect(state.limit).toBeGreaterThanOrEqual(1);
          expect(state.limit).toBeLessThanOrEqual(rules.ceiling);
          if (state.limit > last) expect(successes).toBeGreaterThanOrEqual(last);
          if (state.limit < last) expect(report.rateLimited).toBe(true);
          if (state.limit !== last) successes = 0;
          last = state.limit;
        }
      }),
    );
  });

  it('all that ask end up with equal shares of the whole limit, once all have reported some times and calls have ended', () => {
    fc.assert(
      fc.property(rulesArbitrary, fc.array(step(ALL), { maxLength: 100, size: 'max' }), (rules, steps) => {
        const world = new World({ ...rules, start: rules.start + 5, ceiling: rules.ceiling + 5 });
        for (const step of steps) world.play(step, () => undefined);
        world.now += 10_001;
        for (const member of world.members)
          Object.assign(member, { inFlight: 0, successes: 0, refused: false });
        for (let round = 0; round < 6; round++)
          for (const who of world.members.keys()) {
            world.play({ do: 'report', who }, () => undefined);
            world.play({ do: 'hear', who }, () => undefined);
          }
        const allotments = world.members.map(({ allotment }) => allotment);
        const limit = world.state?.limit ?? 0;
        fc.pre(limit >= 5);
        expect(allotments.reduce((a, b) => a + b, 0)).toBe(limit);
        expect(Math.max(...allotments) - Math.min(...allotments)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
