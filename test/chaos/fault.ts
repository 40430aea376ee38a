import type { LedgerCall, Treatment } from './ledger.js';
import type { World } from './world.js';

export const SHORT = process.env['CHAOS'] === 'short';
/** How long an answer takes at the provider, unless the fault says otherwise: a run must not be over before it is struck. */
export const DELAY_MS = 300;
/** Trials of each question. */
export const EPOCHS = 2;

/** A run that is to be struck, as a fault sees it. */
export interface Scene {
  world: World;
  /** Set once the run is made, so not in `prepare`. */
  runId: string;
  /** Name of the run's agent, and of its model at the provider. */
  model: string;
  trials: number;
  /** Waits so many milliseconds. Like every wait, it throws once the fault's time is up. */
  wait(ms: number): Promise<void>;
  /** Asks again and again until it is so. */
  until(isSo: () => Promise<boolean>): Promise<void>;
  /** Waits until that share of the trials is stored. */
  reached(share: number): Promise<void>;
  /** Whether the run has ended. */
  ended(): Promise<boolean>;
  /** What the provider's ledger holds of this run so far. */
  calls(): Promise<LedgerCall[]>;
}

/** What a strike leaves to be judged. */
export interface Struck {
  /** Looked at once the run has ended: what shows that the fault struck, in a few words; null where nothing does. */
  proof: () => string | null | Promise<string | null>;
  /** Workers that died, or slept so long that they lost what they had. Each may cost the calls that it had in flight. */
  crashes?: number;
  /** Answers that nobody could read, at most: those under way to who was killed or cut off. */
  unread?: number;
}

export interface Fault {
  /** In kebab-case. */
  name: string;
  /** Null where this machine can strike so; otherwise why not. */
  missing?: () => Promise<string | null>;
  /** Trials, short and full; by default 150 and 500. */
  trials?: { short: number; full: number };
  /** Whether the service goes through the proxies. */
  proxied?: boolean;
  /** The fleet's environment beyond the usual one. */
  env?: (world: World) => Record<string, string>;
  /** How long an answer takes at the provider instead, in ms. */
  delayMs?: number;
  /** Whether answers are streamed; true by default. */
  stream?: boolean;
  /** What trials with a call so treated come to; all others have to be scored, and right. */
  due?: { treatment: Treatment; outcome: string; errorCode: string };
  /** Before the run is made. */
  prepare?: (scene: Scene) => Promise<void>;
  /** Strikes in the middle of the run. Returns once the fault is gone. */
  strike: (scene: Scene) => Promise<Struck>;
}
