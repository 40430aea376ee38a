import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DEFAULT_WORKSPACE_ID } from '#libs/auth';
import { SuitePublisher } from '#libs/benchmarks';

/** A new service has something to run. */
@Injectable()
export class BuiltInSuites implements OnApplicationBootstrap {
  constructor(private readonly suites: SuitePublisher) {}

  onApplicationBootstrap(): Promise<void> {
    return this.suites.publishMissing(DEFAULT_WORKSPACE_ID);
  }
}
