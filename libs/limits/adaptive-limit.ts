import { fairShares } from './fair-shares.js';

const CUT = 0.8;
/** However long a provider asks to wait, this is the most. */
export const MAX_BLOCK_MS = 600_000;

/** Why no call may start. */
export type DelayCode = 'rate_limited' | 'circuit_open';

export interface LimitRules {
  /** The limit to begin with, at most `ceiling`. */
  start: number;
  /** The limit never grows beyond it. */
  ceiling: number;
  /** After a cut the limit stays for so long. */
  cooldownMs: number;
  /** A member that was silent for so long is taken for dead, and others get its share. */
  memberTtlMs: number;
}

/** No call may start for so long, whoever it is. */
export interface Block {
  ms: number;
  by: DelayCode;
}

/** What a member, that is a process, has to say since its last report. */
export interface Report {
  member: string;
  /** The most calls that it had in flight or waiting at one time; 0 says that it leaves. */
  demand: number;
  /** The most calls that it may have in flight until it hears the answer. */
  holding: number;
  successes: number;
  /** Whether the provider refused a call for its rate. */
  rateLimited: boolean;
  block?: Block;
}

/** What a member is told. */
export interface Share {
  limit: number;
  /** Calls that it may have in flight. */
  allotment: number;
  block?: Block;
}

/** What is known to all members of one limit. Times are milliseconds by the clock of the shared state. */
export interface LimitState {
  limit: number;
  /** Since the limit last changed. */
  successes: number;
  /** The time of the last cut; null until the first. */
  cut: number | null;
  block: { until: number; by: DelayCode } | null;
  members: Record<string, { seen: number; demand: number; holding: number }>;
}

/**
 * Takes a report into account and answers it. What all members hold is never more than the limit, save for what they
 * held before a cut: a member is given only what no other holds, and keeps what it holds until it reports less.
 * @param now by the clock of the shared state.
 */
export function reported(
  state: LimitState | undefined,
  now: number,
  report: Report,
  rules: LimitRules,
): { state: LimitState; result: Share } {
  const adapted = adapt(state ?? begin(rules), now, report, rules);
  const block = laterBlock(state?.block ?? null, now, report.block);
  const { member, demand, holding } = report;
  const others = Object.entries(state?.members ?? {}).filter(
    // A clock that was set back must not keep the dead alive.
    ([id, { seen }]) => id !== member && Math.abs(now - seen) <= rules.memberTtlMs,
  );
  const demands = others.map(([id, other]): [string, number] => [id, other.demand]);
  if (demand > 0) demands.push([member, demand]);
  const fair = fairShares(adapted.limit, demands, now).get(member) ?? 0;
  const free = adapted.limit - others.reduce((sum, [, other]) => sum + other.holding, 0);
  const allotment = Math.max(0, Math.min(fair, free));
  const members = Object.fromEntries(others);
  if (demand > 0) members[member] = { seen: now, demand, holding: Math.max(holding, allotment) };
  return {
    state: { ...adapted, block, members },
    result: {
      limit: adapted.limit,
      allotment,
      block: block ? { ms: Math.min(block.until - now, MAX_BLOCK_MS), by: block.by } : undefined,
    },
  };
}

const begin = ({ start, ceiling }: LimitRules): LimitState => ({
  limit: Math.min(start, ceiling),
  successes: 0,
  cut: null,
  block: null,
  members: {},
});

/**
 * Additive increase, multiplicative decrease, after a slow start (Chiu and Jain, 1989; Jacobson, 1988). One step for a
 * report: its successes were seen under the old limit.
 */
function adapt(
  state: LimitState,
  now: number,
  { successes, rateLimited }: Report,
  { ceiling, cooldownMs }: LimitRules,
): LimitState {
  const limit = Math.min(state.limit, ceiling);
  const sinceCut = state.cut === null ? Infinity : now - state.cut;
  // The refusals of one episode arrive one by one; the limit that they were for is gone already.
  if (sinceCut >= 0 && sinceCut < cooldownMs) return { ...state, limit };
  if (rateLimited) return { ...state, limit: Math.max(1, Math.floor(limit * CUT)), successes: 0, cut: now };
  const seen = state.successes + successes;
  if (seen < limit || limit === ceiling) return { ...state, limit, successes: seen };
  const grown = state.cut === null ? limit * 2 : limit + 1;
  return { ...state, limit: Math.min(grown, ceiling), successes: 0 };
}

function laterBlock(known: LimitState['block'], now: number, block: Block | undefined): LimitState['block'] {
  const current = known && known.until > now ? known : null;
  if (!block) return current;
  const until = now + Math.min(block.ms, MAX_BLOCK_MS);
  return current && current.until >= until ? current : { until, by: block.by };
}
