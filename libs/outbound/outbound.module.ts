import { Module } from '@nestjs/common';
import { AppConfig } from '#libs/config';
import { GuardedClient } from './guarded-client.js';

@Module({
  providers: [
    {
      provide: GuardedClient,
      inject: [AppConfig],
      useFactory: ({ outbound }: AppConfig) => new GuardedClient(outbound.allowed),
    },
  ],
  exports: [GuardedClient],
})
export class OutboundModule {}
