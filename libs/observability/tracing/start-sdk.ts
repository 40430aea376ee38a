import { Logger } from '@nestjs/common';
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { messageOf, within } from '#libs/common';
import type { TracingSdk, TracingSettings } from './tracing.js';

/** A stopping process waits no longer for a collector; what is not sent by then is lost. */
const FLUSH_MS = 3000;
const WARN_EVERY_MS = 60_000;

/** Spans wait in memory, a bounded number of them, and are dropped where the collector does not take them. */
export function startSdk({
  endpoint,
  protocol,
  sampledRatio,
  service,
}: TracingSettings & { endpoint: string }): TracingSdk {
  const logger = new Logger('Tracing');
  let warnedAt = -Infinity;
  const warn = (error: unknown): void => {
    const now = performance.now();
    if (now - warnedAt < WARN_EVERY_MS) return;
    warnedAt = now;
    logger.warn(
      `Spans do not reach ${new URL(endpoint).host} and are dropped: ${messageOf(error)}. Check OTEL_EXPORTER_OTLP_ENDPOINT and the collector there; nothing else waits for it.`,
    );
  };
  setGlobalErrorHandler(warn);
  const Exporter = protocol === 'http/json' ? JsonExporter : ProtobufExporter;
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': `ai-benchmark-${service}` }))
      .merge(detectResources({ detectors: [serviceInstanceIdDetector, envDetector] })),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampledRatio) }),
    spanProcessors: [
      new BatchSpanProcessor({ exporter: new Exporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` }) }),
    ],
  });
  return {
    tracer: provider.getTracer('ai-benchmark-service'),
    propagator: new W3CTraceContextPropagator(),
    close: () => within(FLUSH_MS, provider.shutdown()).catch(warn),
  };
}
