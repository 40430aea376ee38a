import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthModule } from '#libs/auth';
import { AppConfig } from '#libs/config';
import { AddressGuard, GuardedClient, OutboundModule } from '#libs/outbound';
import { AdapterRegistry } from './adapter-registry.js';
import { AgentEntity } from './agent.entity.js';
import { AgentsService } from './agents.service.js';
import { AnthropicAdapterFactory } from './anthropic/anthropic-adapter-factory.js';
import { BaselineAdapterFactory } from './baseline/baseline-adapter-factory.js';
import { CommandAdapterFactory } from './command/command-adapter-factory.js';
import { HttpAdapterFactory } from './http/http-adapter-factory.js';
import { OpenAiAdapterFactory } from './openai/openai-adapter-factory.js';
import { RecordingEntity } from './recording.entity.js';
import { RecordingStore } from './recording-store.js';
import { ReplayAdapterFactory } from './replay/replay-adapter-factory.js';

@Module({
  imports: [AuthModule, OutboundModule, TypeOrmModule.forFeature([AgentEntity, RecordingEntity])],
  providers: [
    AgentsService,
    RecordingStore,
    {
      provide: AdapterRegistry,
      inject: [AppConfig, RecordingStore, GuardedClient],
      useFactory: (
        { providers, limits, agents, outbound }: AppConfig,
        recordings: RecordingStore,
        client: GuardedClient,
      ) => {
        const models = new AddressGuard(outbound.modelsAllowed);
        return new AdapterRegistry([
          new OpenAiAdapterFactory(providers, models, limits.rates.openai),
          new AnthropicAdapterFactory(providers, models, limits.rates.anthropic),
          new HttpAdapterFactory(client, providers, agents.secrets),
          new CommandAdapterFactory(agents.commands, providers.maxResponseBytes),
          new ReplayAdapterFactory(recordings),
          new BaselineAdapterFactory(),
        ]);
      },
    },
  ],
  exports: [AgentsService, AdapterRegistry, RecordingStore],
})
export class AgentsModule {}
