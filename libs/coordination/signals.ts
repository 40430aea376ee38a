export type SignalHandler = (message: string) => void;

/**
 * Tells all processes something at once. Nothing is kept: who does not listen at that moment, or has no connection,
 * never hears of it.
 */
export abstract class Signals {
  /** Never throws; the sender hears it too, where it listens. */
  abstract publish(topic: string, message: string): void;

  /** @returns what ends it. A handler that throws is logged. */
  abstract subscribe(topic: string, handler: SignalHandler): () => void;
}
