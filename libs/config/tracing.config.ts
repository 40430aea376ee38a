import { z } from 'zod';
import { oneOf, text, url } from './env.js';

/** The names are OpenTelemetry's; the exporter itself reads its other ones, such as its headers. */
export const tracingSchema = z
  .object({
    OTEL_EXPORTER_OTLP_ENDPOINT: url(/^https?$/),
    OTEL_EXPORTER_OTLP_PROTOCOL: oneOf(['http/protobuf', 'http/json'], 'http/protobuf'),
    OTEL_TRACES_SAMPLER: oneOf(
      ['parentbased_always_on', 'parentbased_traceidratio'],
      'parentbased_always_on',
    ),
    OTEL_TRACES_SAMPLER_ARG: text()
      .transform((ratio = '1') => Number(ratio))
      .pipe(z.number().min(0).max(1)),
    OTEL_SDK_DISABLED: oneOf(['true', 'false'], 'false'),
  })
  .transform((env) => ({
    /** Whose path /v1/traces takes spans; undefined: there are none. */
    endpoint: env.OTEL_SDK_DISABLED === 'true' ? undefined : env.OTEL_EXPORTER_OTLP_ENDPOINT,
    protocol: env.OTEL_EXPORTER_OTLP_PROTOCOL,
    /** Of the traces that begin here. */
    sampledRatio: env.OTEL_TRACES_SAMPLER === 'parentbased_traceidratio' ? env.OTEL_TRACES_SAMPLER_ARG : 1,
  }));
