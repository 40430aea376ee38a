import { Injectable } from '@nestjs/common';
import { Signals, type SignalHandler } from '../signals.js';
import { TopicHandlers } from '../topic-handlers.js';
import { RedisConnection } from './redis-connection.js';

/** The signals of many processes, by Redis' publish and subscribe. */
@Injectable()
export class RedisSignals extends Signals {
  private readonly handlers = new TopicHandlers();

  constructor(private readonly connection: RedisConnection) {
    super();
    const { subscriber } = connection;
    subscriber.on('message', (channel, message) => this.handlers.deliver(channel, message));
    // Also after Redis was away.
    subscriber.on('ready', () => this.listen(this.handlers.topics));
  }

  publish(topic: string, message: string): void {
    this.connection.commands.publish(this.channel(topic), message).catch(() => undefined);
  }

  subscribe(topic: string, handler: SignalHandler): () => void {
    const { subscriber } = this.connection;
    const channel = this.channel(topic);
    this.handlers.add(channel, handler);
    if (subscriber.status === 'wait') subscriber.connect().catch(() => undefined);
    else this.listen([channel]);
    return () => {
      if (this.handlers.remove(channel, handler)) subscriber.unsubscribe(channel).catch(() => undefined);
    };
  }

  /** Where Redis is away this fails, and is made up for once it is ready. */
  private listen(channels: string[]): void {
    if (channels.length > 0) this.connection.subscriber.subscribe(...channels).catch(() => undefined);
  }

  private channel(topic: string): string {
    return this.connection.name('signals', topic);
  }
}
