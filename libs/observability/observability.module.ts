import { Global, Module, type DynamicModule } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { LoggerModule } from 'nestjs-pino';
import type { IncomingMessage } from 'node:http';
import { logError } from './log-error.js';
import { METRIC_PROVIDERS, Metrics } from './metrics.js';
import { activeIds, Tracing, type TracingSettings } from './tracing/tracing.js';

/** Where a secret could stand in what is logged of a request or of a provider's settings. */
const SECRETS = [
  'req.headers.authorization',
  'req.headers.cookie',
  'req.headers["x-api-key"]',
  '*.apiKey',
  '*.api_key',
  '*.headers.authorization',
  '*.secret',
  '*.password',
  '*.token',
];

/** What the service asks of itself, which comes over no connection. */
const isOurOwn = (request: IncomingMessage): boolean => '_lightMyRequest' in request;

const QUIET = new Set(['/health', '/ready', '/metrics']);

@Global()
@Module({})
export class ObservabilityModule {
  /** @param tracing undefined: there are no spans. */
  static forRoot(logLevel: string, tracing?: TracingSettings): DynamicModule {
    return {
      module: ObservabilityModule,
      imports: [
        PrometheusModule.register({ path: '/metrics', global: true }),
        LoggerModule.forRoot({
          pinoHttp: {
            level: logLevel,
            ...(tracing?.endpoint !== undefined && { mixin: activeIds }),
            redact: { paths: SECRETS, censor: '[redacted]' },
            genReqId: (request: IncomingMessage) => request.id,
            autoLogging: {
              ignore: (request: IncomingMessage) => QUIET.has(request.url ?? '') || isOurOwn(request),
            },
            serializers: {
              err: logError,
              req: (request: { id: string; method: string; url: string }) => ({
                id: request.id,
                method: request.method,
                url: request.url,
              }),
              res: (response: { statusCode: number }) => ({ status: response.statusCode }),
            },
          },
        }),
      ],
      providers: [
        ...METRIC_PROVIDERS,
        Metrics,
        { provide: Tracing, useFactory: () => Tracing.start(tracing) },
      ],
      exports: [Metrics, Tracing],
    };
  }
}
