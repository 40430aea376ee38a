import { AppError, didYouMean } from '#libs/common';
import type { AdapterFactory } from './agent-adapter.js';

/** The adapters of this service, by kind. */
export class AdapterRegistry {
  private readonly factories = new Map<string, AdapterFactory>();

  /** @throws Error when two factories claim one kind: the service must not start. */
  constructor(factories: AdapterFactory[]) {
    for (const factory of factories) {
      if (this.factories.has(factory.kind)) {
        throw new Error(`Two adapters claim the kind "${factory.kind}". Register each kind once.`);
      }
      this.factories.set(factory.kind, factory);
    }
  }

  /** Where the secret of that name goes unless its owner names another origin; undefined for names without a meaning. */
  defaultOrigin(secret: string): string | undefined {
    return [...this.factories.values()].find(({ key }) => key?.name === secret)?.key?.origin;
  }

  kinds(): string[] {
    return [...this.factories.keys()];
  }

  /** @throws AppError `unknown_adapter` naming the kinds that exist. */
  factory(kind: string): AdapterFactory {
    const factory = this.factories.get(kind);
    if (factory) return factory;
    throw AppError.invalid(
      'unknown_adapter',
      `There is no adapter "${kind}". ${didYouMean(kind, this.kinds())} Adapters: ${this.kinds().join(', ')}.`,
    );
  }
}
