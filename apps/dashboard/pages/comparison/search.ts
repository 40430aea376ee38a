type Search = Record<string, unknown>;

/** Each page's state as it stands in its address: what is empty or unknown is left out. */
const text = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value).trim() || undefined : undefined;

const texts = (search: Search, ...names: string[]) =>
  Object.fromEntries(names.flatMap((name) => (text(search[name]) ? [[name, text(search[name])]] : [])));

export interface CompareSearch {
  /** Ids with commas, the baseline last. */
  entries?: string;
  /** What the entries may differ in, with commas. */
  allow?: string;
  cluster?: 'category';
  margin?: number;
  /** Candidate and baseline of which the samples are shown, with a comma. */
  pair?: string;
  /** As on the command line, with commas: `score:0.02,latency_p95_ms<=4000`. */
  rules?: string;
}

export function compareSearch(search: Search): CompareSearch {
  const margin = Number(search['margin']);
  return {
    ...texts(search, 'entries', 'allow', 'pair', 'rules'),
    ...(search['cluster'] === 'category' && { cluster: 'category' }),
    ...(margin > 0 && margin <= 1 && { margin }),
  };
}

/** Days as `2026-11-28`, of the reader's own time zone; `until` is meant with that day. */
export interface Period {
  since?: string;
  until?: string;
}

const days = (search: Search): Period =>
  Object.fromEntries(
    (['since', 'until'] as const).flatMap((name) => {
      const day = text(search[name]);
      return day !== undefined && /^\d{4}-\d\d-\d\d$/.test(day) && !isNaN(Date.parse(day))
        ? [[name, day]]
        : [];
    }),
  );

export interface LeaderboardSearch extends Period {
  benchmark?: string;
  category?: string;
  tag?: string;
  /** What quality is drawn against. */
  against?: 'latency';
  /** Names with commas, for the win rates. */
  benchmarks?: string;
}

export const leaderboardSearch = (search: Search): LeaderboardSearch => ({
  ...texts(search, 'benchmark', 'category', 'tag', 'benchmarks'),
  ...(search['against'] === 'latency' && { against: 'latency' }),
  ...days(search),
});

export interface TrendSearch extends Period {
  benchmark?: string;
  agent?: string;
}

export const trendSearch = (search: Search): TrendSearch => ({
  ...texts(search, 'benchmark', 'agent'),
  ...days(search),
});

export const listOf = (joined: string | undefined): string[] => joined?.split(',').filter(Boolean) ?? [];

/** A period of days as the API takes it: moments, the second of them not in it. */
export function momentsOf({ since, until }: Period): Period {
  const start = (day: string, later = 0) => {
    const date = new Date(`${day}T00:00`);
    date.setDate(date.getDate() + later);
    return date.toISOString();
  };
  return {
    ...(since !== undefined && { since: start(since) }),
    ...(until !== undefined && { until: start(until, 1) }),
  };
}
