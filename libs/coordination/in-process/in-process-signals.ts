import { Signals, type SignalHandler } from '../signals.js';
import { TopicHandlers } from '../topic-handlers.js';

/** The signals of one process; as over a network, they arrive after publish() has returned. */
export class InProcessSignals extends Signals {
  private readonly handlers = new TopicHandlers();

  publish(topic: string, message: string): void {
    queueMicrotask(() => this.handlers.deliver(topic, message));
  }

  subscribe(topic: string, handler: SignalHandler): () => void {
    this.handlers.add(topic, handler);
    return () => void this.handlers.remove(topic, handler);
  }
}
