import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';

/** Down from the moment the process is told to stop, so that no new work is sent to it. */
@Injectable()
export class DrainingIndicator implements OnModuleDestroy {
  private draining = false;

  constructor(private readonly indicators: HealthIndicatorService) {}

  /** The first hook there is: whatever takes long to stop does so in a later one. */
  onModuleDestroy(): void {
    this.draining = true;
  }

  check(key: string): HealthIndicatorResult {
    const indicator = this.indicators.check(key);
    return this.draining ? indicator.down('The process is stopping.') : indicator.up();
  }
}
