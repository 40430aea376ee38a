import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import {
  createContextKey,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Link,
  type Span,
  type TextMapPropagator,
  type Tracer,
} from '@opentelemetry/api';
import type { AppConfig } from '#libs/config';

/** What goes along with a job or a request, so that spans of another process belong to the same trace. */
export interface TraceCarrier {
  traceparent: string;
  tracestate?: string;
  /** Spans made from it begin a trace of their own, with a link to this one. */
  linked?: boolean;
}

/** A span as it begins. Attributes never hold what users, agents or operators keep to themselves. */
export interface SpanStart {
  name: string;
  kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  attributes: Attributes;
}

/** The SDK, which is loaded only where there is somewhere to send spans to. */
export interface TracingSdk {
  tracer: Tracer;
  propagator: TextMapPropagator;
  /** Sends what is left. */
  close: () => Promise<void>;
}

export type TracingSettings = AppConfig['tracing'] & { service: 'api' | 'worker' | 'standalone' };

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

/** In a context: the carrier that its spans continue from. */
const ORIGIN = createContextKey('carrier of a job');
const active = new AsyncLocalStorage<Context>();

const activeSpan = (): Span | undefined => trace.getSpan(active.getStore() ?? ROOT_CONTEXT);

/** For log lines. */
export function activeIds(): { trace_id?: string; span_id?: string } {
  const span = activeSpan()?.spanContext();
  return span ? { trace_id: span.traceId, span_id: span.spanId } : {};
}

/** Makes spans, or does nothing but the work where there is nowhere to send them to. */
@Injectable()
export class Tracing implements OnApplicationShutdown {
  constructor(private readonly sdk: TracingSdk | undefined) {}

  static async start(settings: TracingSettings | undefined): Promise<Tracing> {
    if (settings?.endpoint === undefined) return new Tracing(undefined);
    const { startSdk } = await import('./start-sdk.js');
    return new Tracing(startSdk({ ...settings, endpoint: settings.endpoint }));
  }

  /** Whether there is anything to be told of. */
  get isOn(): boolean {
    return this.sdk !== undefined;
  }

  /** Whether this is done for a request, and not for a job or by the clock. */
  get isInRequest(): boolean {
    return activeSpan() !== undefined && active.getStore()?.getValue(ORIGIN) === undefined;
  }

  /** Does the work in a span that ends with it. @param start is asked only where there are spans. */
  inSpan<T>(start: () => SpanStart, work: (span?: Span) => Promise<T>): Promise<T> {
    if (!this.sdk) return work();
    return this.within(this.begin(start(), active.getStore() ?? ROOT_CONTEXT), work);
  }

  /** The same, in a span that continues what another process did; one that nobody asked for where there is no carrier. */
  continuing<T>(
    carrier: TraceCarrier | undefined,
    start: () => SpanStart,
    work: (span?: Span) => Promise<T>,
  ): Promise<T> {
    if (!this.sdk) return work();
    const origin = this.contextOf(carrier ?? {});
    const linkedTo = carrier?.linked ? trace.getSpanContext(origin) : undefined;
    const [parent, links] = linkedTo ? [ROOT_CONTEXT, [{ context: linkedTo }]] : [origin];
    return this.within(this.begin(start(), parent, links).setValue(ORIGIN, carrier ?? null), work);
  }

  /**
   * A span of a request, which the caller ends: requests are followed by hooks and not by a promise.
   * @returns undefined where there are no spans.
   */
  beginRequest(headers: object, start: () => SpanStart): RequestSpan | undefined {
    if (!this.sdk) return undefined;
    const context = this.begin(start(), this.contextOf(headers));
    return { span: trace.getSpan(context) as Span, run: (work) => active.run(context, work) };
  }

  /** What a job takes along from here; undefined where there is nothing to continue. */
  carrier(): TraceCarrier | undefined {
    const context = active.getStore();
    if (!this.sdk || !context) return undefined;
    const origin = context.getValue(ORIGIN) as TraceCarrier | null | undefined;
    // What one job leads to is not its part: a run of a million trials would be one trace.
    if (origin !== undefined) return origin ? { ...origin, linked: true } : undefined;
    const carrier: Partial<TraceCarrier> = {};
    this.sdk.propagator.inject(context, carrier, {
      set: (to: Record<string, string>, name, value) => void (to[name] = value),
    });
    return carrier.traceparent === undefined ? undefined : (carrier as TraceCarrier);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.sdk?.close();
  }

  private contextOf(carrier: object): Context {
    const context = this.sdk?.propagator.extract(ROOT_CONTEXT, carrier, {
      get: (from: Record<string, string | undefined>, name) => from[name],
      keys: Object.keys,
    });
    return context ?? ROOT_CONTEXT;
  }

  private begin({ name, kind, attributes }: SpanStart, parent: Context, links?: Link[]): Context {
    const { tracer } = this.sdk as TracingSdk;
    return trace.setSpan(parent, tracer.startSpan(name, { kind: KINDS[kind], attributes, links }, parent));
  }

  private async within<T>(context: Context, work: (span: Span) => Promise<T>): Promise<T> {
    const span = trace.getSpan(context) as Span;
    try {
      return await active.run(context, () => work(span));
    } catch (error) {
      failSpan(span, (error as { code?: unknown }).code);
      throw error;
    } finally {
      span.end();
    }
  }
}

export interface RequestSpan {
  span: Span;
  /** Does the work as a part of the request. */
  run: <T>(work: () => T) => T;
}

/** Says that what a span is of failed, by a code alone: messages may quote prompts, answers and settings. */
export function failSpan(span: Span, code: unknown): void {
  span.setAttribute('error.type', typeof code === 'string' ? code : '_OTHER');
  span.setStatus({ code: SpanStatusCode.ERROR });
}
