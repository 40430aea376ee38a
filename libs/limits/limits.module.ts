import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { AppConfig } from '#libs/config';
import { RateWindows, SharedState } from '#libs/coordination';
import { CallLimiter } from './call-limiter.js';
import { LimitGauges } from './limit-gauges.js';
import { LIMIT_DEFAULTS } from './limit-options.js';

@Global()
@Module({})
export class LimitsModule {
  static forRoot({ engine, limits }: Pick<AppConfig, 'engine' | 'limits'>): DynamicModule {
    const options = {
      ...LIMIT_DEFAULTS,
      start: engine.agentConcurrency,
      ceiling: limits.agentMaxConcurrency,
    };
    return {
      module: LimitsModule,
      providers: [
        {
          provide: CallLimiter,
          inject: [SharedState, RateWindows],
          useFactory: (state: SharedState, windows: RateWindows) => new CallLimiter(state, windows, options),
        },
        LimitGauges,
      ],
      exports: [CallLimiter],
    };
  }
}
