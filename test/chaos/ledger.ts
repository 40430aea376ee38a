/** What the provider's process and the runner say to each other, as JSON over HTTP. */

/** What is wrong with a struck answer. */
export type Treatment =
  | 'rate_limited'
  | 'rate_limited_with_retry_after'
  | 'server_error'
  | 'truncated_json'
  | 'web_page'
  | 'no_choices'
  | 'stall'
  | 'keep_alive'
  | 'huge'
  | 'reset_midway';

export interface Behaviour {
  /** Until an answer begins. */
  delayMs: number;
  /** Strikes the first `times` calls for the trials of every `every`-th question. */
  strike?: { treatment: Treatment; times: number; every: number };
}

/** One call, as the provider's accountant sees it. */
export interface LedgerCall {
  /** The `id` in the answer, which the service keeps as the transcript's raw_id. */
  id: string;
  model: string;
  /** Number of the question. */
  question: number;
  /** The trial's own seed: tells its epochs apart. */
  seed: number;
  status: number;
  treatment: Treatment | 'answer';
  /** Tokens on the bill, 0 for what no provider could charge. */
  inputTokens: number;
  outputTokens: number;
  /** Everything was written to a connection that was still open. */
  answered: boolean;
  /** The client closed the connection before the end. */
  leftByClient: boolean;
}

/** A token, in or out, costs one cent, so that one missing call shows. */
export const PRICING = { input_usd_per_mtok: 10_000, output_usd_per_mtok: 10_000 };
export const centsOf = (call: LedgerCall): number => call.inputTokens + call.outputTokens;

/** Every question has its own answer, so that answers given to the wrong trial score 0. */
export const questionText = (n: number): string => `What is the token of number ${n}?`;
export const answerText = (n: number): string => `T${n}`;
/** Bills differ between neighbours, so that a call counted for another shows too. */
export const usageOf = (n: number): { input: number; output: number } => ({
  input: 10 + (n % 7),
  output: 3 + (n % 5),
});

/** The runner's hand on the provider. */
export class ProviderClient {
  constructor(readonly url: string) {}

  async behave(behaviour: Behaviour): Promise<void> {
    await fetch(`${this.url}/behaviour`, { method: 'PUT', body: JSON.stringify(behaviour) });
  }

  /** Every call so far to the model. */
  async calls(model: string): Promise<LedgerCall[]> {
    const response = await fetch(`${this.url}/ledger?model=${model}`);
    return (await response.json()) as LedgerCall[];
  }
}
