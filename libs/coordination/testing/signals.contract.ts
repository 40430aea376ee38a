import { describe, expect, it, vi } from 'vitest';
import { newId } from '#libs/common';
import type { Signals } from '../signals.js';

/** What every Signals does. `processes` are of different processes, and hear each other. */
export function signalsContract(name: string, processes: () => Signals[]): void {
  describe(`Signals contract: ${name}`, () => {
    /** Publishes until it is heard: nobody is told when a subscription has become effective. */
    const untilHeard = (publish: () => void, heard: () => void): Promise<void> =>
      vi.waitFor(
        () => {
          publish();
          heard();
        },
        { timeout: 10_000, interval: 20 },
      );
    const publisher = (): Signals => processes().at(-1) as Signals;

    it('reaches everybody who listens to the topic, the sender too', async () => {
      const topic = newId();
      const heard = processes().map(() => vi.fn());
      const other = vi.fn();
      const ends = processes().map((signals, index) => signals.subscribe(topic, heard[index]!));
      ends.push(publisher().subscribe(newId(), other));
      await untilHeard(
        () => publisher().publish(topic, 'naïve 💩'),
        () => heard.forEach((handler) => expect(handler).toHaveBeenCalledWith('naïve 💩')),
      );
      expect(other).not.toHaveBeenCalled();
      ends.forEach((end) => end());
    });

    it('says nothing to a handler that has unsubscribed, and goes on with the others', async () => {
      const topic = newId();
      const [gone, stays] = [vi.fn(), vi.fn()];
      const [first] = processes() as [Signals];
      const end = first.subscribe(topic, gone);
      const endOther = first.subscribe(topic, stays);
      await untilHeard(
        () => publisher().publish(topic, 'to both'),
        () => expect(gone).toHaveBeenCalled(),
      );
      end();
      gone.mockClear();
      await untilHeard(
        () => publisher().publish(topic, 'to one'),
        () => expect(stays).toHaveBeenCalledWith('to one'),
      );
      expect(gone).not.toHaveBeenCalledWith('to one');
      endOther();
    });

    it('subscribes again after the last one has left', async () => {
      const topic = newId();
      const [first] = processes() as [Signals];
      first.subscribe(topic, vi.fn())();
      const heard = vi.fn();
      const end = first.subscribe(topic, heard);
      await untilHeard(
        () => publisher().publish(topic, 'again'),
        () => expect(heard).toHaveBeenCalledWith('again'),
      );
      end();
    });

    it('is not stopped by a handler that throws', async () => {
      const topic = newId();
      const heard = vi.fn();
      const [first] = processes() as [Signals];
      const ends = [
        first.subscribe(topic, () => {
          throw new Error('a broken handler');
        }),
        first.subscribe(topic, heard),
      ];
      await untilHeard(
        () => publisher().publish(topic, 'x'),
        () => expect(heard).toHaveBeenCalledWith('x'),
      );
      ends.forEach((end) => end());
    });
  });
}
