/**
 * Small values that all processes read and change, and that may be lost at any time: whoever keeps one has to do
 * without it, and to build it again.
 */
export abstract class SharedState {
  /**
   * Reads, changes and writes the value of `key` as if nobody else did at that time.
   * @param ttlSeconds after which a value that nobody changed is gone.
   * @param change pure, since it is called again where another process was faster. `state` is undefined where there is
   *   none; `nowMs` is by the clock of the store, which is the same for everybody. The state is kept as JSON.
   * @throws where the store does not answer, or others were faster too often.
   */
  abstract update<S extends object, R>(
    key: string,
    ttlSeconds: number,
    change: (state: S | undefined, nowMs: number) => { state: S; result: R },
  ): Promise<R>;
}
