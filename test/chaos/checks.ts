import { EPOCHS, type Fault, type Scene, type Struck } from './fault.js';
import { TRIALS_OF_A_WORKER } from './fleet.js';
import { centsOf, type LedgerCall } from './ledger.js';

/** After the fault is gone, in seconds. */
const END_LIMIT_S = 120;
/** How long the bookkeeping of a run that has ended may take to come to rest, in ms. */
const REST_LIMIT_MS = 3000;

interface Row {
  sampleId: string;
  epoch: number;
  outcome: string;
  score: number | null;
  errorCode: string | null;
  attempts: number;
  rawId: string | null;
  hasTranscript: boolean;
}

/** What a run came to under a fault. */
export interface Findings {
  rows: number;
  duplicates: number;
  calls: number;
  retries: number;
  ourCents: number;
  ledgerCents: number;
  /** Answers that were written in full and that no result is made of. */
  unread: number;
  /** What is wrong, in words; empty where the fault was survived. */
  problems: string[];
}

/** Compares what Postgres and the api say with the plan and with the provider's ledger. */
export async function check(
  fault: Fault,
  scene: Scene,
  struck: Struck,
  endedAfterS: number,
): Promise<Findings> {
  const rows = await rowsOf(scene);
  const calls = await scene.calls();
  const problems: string[] = [];
  const claim = (isSo: boolean, problem: string): void => void (isSo || problems.push(problem));

  const stored = new Set(rows.map(({ sampleId, epoch }) => `${sampleId}#${epoch}`));
  const planned = plan(scene.trials);
  const lost = planned.filter((trial) => !stored.has(trial)).length;
  const duplicates = rows.length - stored.size;
  claim(lost === 0, `${lost} trials lost`);
  claim(duplicates === 0, `${duplicates} trials stored twice`);
  claim(stored.size + lost === planned.length, `${stored.size} trials stored that nobody planned`);
  const transcripts = await transcriptsOf(scene);
  const withTranscript = rows.filter(({ hasTranscript }) => hasTranscript).length;
  claim(
    transcripts === rows.length && withTranscript === rows.length,
    `${transcripts} transcripts, ${withTranscript} of them with one of ${rows.length} rows`,
  );
  problems.push(...outcomeProblems(fault, rows, calls));

  const retries = rows.reduce((sum, { attempts }) => sum + Math.max(0, attempts - 1), 0);
  const inFlight = (struck.crashes ?? 0) * TRIALS_OF_A_WORKER;
  const most = scene.trials + retries + inFlight;
  claim(calls.length <= most, `${calls.length} calls, but ${most} explained`);

  const ids = new Set(rows.map(({ rawId }) => rawId));
  const unreadCalls = calls.filter((call) => call.answered && centsOf(call) > 0 && !ids.has(call.id));
  const ledgerCents = sum(calls.filter((call) => call.answered).map(centsOf));
  const run = await atRest(scene, ledgerCents);
  const missing = ledgerCents - run.cents;
  claim(missing >= 0, `${-missing} cents too much on our bill`);
  claim(
    missing <= 0 || (unreadCalls.length <= (struck.unread ?? 0) && missing <= sum(unreadCalls.map(centsOf))),
    `${missing} cents missing on our bill, ${unreadCalls.length} answers without a result, ${struck.unread ?? 0} explained`,
  );
  claim(run.status === 'completed', `the run is ${run.status}${run.error ? `: ${run.error}` : ''}`);
  claim(run.done === rows.length, `the api counts ${run.done} trials, of ${rows.length}`);
  claim(endedAfterS <= END_LIMIT_S, `ended ${Math.round(endedAfterS)} s after the fault`);
  return {
    rows: rows.length,
    duplicates,
    calls: calls.length,
    retries,
    ourCents: run.cents,
    ledgerCents,
    unread: unreadCalls.length,
    problems,
  };
}

const plan = (trials: number): string[] =>
  Array.from({ length: trials }, (_, i) => `s${Math.floor(i / EPOCHS)}#${(i % EPOCHS) + 1}`);

/** Every trial is scored, and right, but those whose calls were answered in a way that has another outcome due. */
function outcomeProblems({ due }: Fault, rows: Row[], calls: LedgerCall[]): string[] {
  const struck = calls.filter((call) => due && call.treatment === due.treatment);
  const dueFor = new Map<string, number>();
  for (const { question } of struck) dueFor.set(`s${question}`, (dueFor.get(`s${question}`) ?? 0) + 1);
  const isDue = (row: Row): boolean =>
    due !== undefined && row.outcome === due.outcome && row.errorCode === due.errorCode;
  const asDue = rows.filter((row) => dueFor.has(row.sampleId) && isDue(row));
  const others = rows.filter((row) => !asDue.includes(row));
  const wrong = others.filter(({ outcome, score }) => outcome !== 'scored' || score !== 1);
  const kinds = [
    ...new Set(wrong.map(({ outcome, errorCode, score }) => errorCode ?? `${outcome} ${score}`)),
  ];
  return [
    ...(wrong.length > 0
      ? [`${wrong.length} trials not scored as they ought to be: ${kinds.join(', ')}`]
      : []),
    ...(asDue.length === struck.length
      ? []
      : [`${struck.length} trials should be ${due?.errorCode}, ${asDue.length} are`]),
  ];
}

const rowsOf = ({ world, runId }: Scene): Promise<Row[]> =>
  world.postgres.query(
    `SELECT r.sample_id AS "sampleId", r.epoch, r.outcome, r.score, r.error_code AS "errorCode", r.attempts,
       t.raw_id AS "rawId", t.run_id IS NOT NULL AS "hasTranscript"
     FROM results r LEFT JOIN transcripts t USING (run_id, entry_id, ordinal, epoch) WHERE r.run_id = $1`,
    [runId],
  );

async function transcriptsOf({ world, runId }: Scene): Promise<number> {
  const [row] = await world.postgres.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM transcripts WHERE run_id = $1',
    [runId],
  );
  return row?.n ?? 0;
}

interface Reported {
  status: string;
  error: string | null;
  done: number;
  /** As everybody sees it: what the run cost. */
  cents: number;
}

/** What the api says of the run, once it agrees with the ledger or will not any more. */
async function atRest(scene: Scene, ledgerCents: number): Promise<Reported> {
  for (const deadline = Date.now() + REST_LIMIT_MS; ; await scene.wait(100)) {
    const { body } = await scene.world.fleet.client.get(`/api/v1/runs/${scene.runId}`);
    const usd = sum(body.entries.map((entry: any) => entry.summary?.cost_usd ?? 0));
    const reported = { ...body, cents: Number((usd * 100).toFixed(6)) };
    if (reported.cents === ledgerCents || Date.now() > deadline) return reported;
  }
}

const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);
