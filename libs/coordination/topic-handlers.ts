import { AsyncLocalStorage } from 'node:async_hooks';
import { Logger } from '@nestjs/common';
import type { SignalHandler } from './signals.js';

/** Who listens to what, in this process. A handler runs in the async context of whoever added it, not of who publishes. */
export class TopicHandlers {
  private readonly logger = new Logger('Signals');
  private readonly handlers = new Map<string, Map<SignalHandler, SignalHandler>>();

  get topics(): string[] {
    return [...this.handlers.keys()];
  }

  add(topic: string, handler: SignalHandler): void {
    const handlers = this.handlers.get(topic) ?? new Map<SignalHandler, SignalHandler>();
    this.handlers.set(topic, handlers.set(handler, AsyncLocalStorage.bind(handler)));
  }

  /** @returns whether nobody listens to the topic any more. */
  remove(topic: string, handler: SignalHandler): boolean {
    const handlers = this.handlers.get(topic);
    handlers?.delete(handler);
    if (handlers?.size === 0) this.handlers.delete(topic);
    return !this.handlers.has(topic);
  }

  deliver(topic: string, message: string): void {
    for (const handler of [...(this.handlers.get(topic)?.values() ?? [])]) {
      try {
        handler(message);
      } catch (error) {
        this.logger.error(error, `A handler of ${topic} failed`);
      }
    }
  }
}
