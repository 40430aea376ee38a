import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthModule } from '#libs/auth';
import { AppConfig } from '#libs/config';
import { AdapterRegistry } from './adapter-registry.js';
import { AgentEntity } from './agent.entity.js';
import { AgentsService } from './agents.service.js';
import { AnthropicAdapterFactory } from './anthropic/anthropic-adapter-factory.js';
import { BaselineAdapterFactory } from './baseline/baseline-adapter-factory.js';
import { OpenAiAdapterFactory } from './openai/openai-adapter-factory.js';
import { RecordingEntity } from './recording.entity.js';
import { RecordingStore } from './recording-store.js';
import { ReplayAdapterFactory } from './replay/replay-adapter-factory.js';

@Module({
  imports: [AuthModule, TypeOrmModule.forFeature([AgentEntity, RecordingEntity])],
  providers: [
    AgentsService,
    RecordingStore,
    {
      provide: AdapterRegistry,
      inject: [AppConfig, RecordingStore],
      useFactory: ({ providers, limits }: AppConfig, recordings: RecordingStore) =>
        new AdapterRegistry([
          new OpenAiAdapterFactory(providers, limits.rates.openai),
          new AnthropicAdapterFactory(providers, limits.rates.anthropic),
          new ReplayAdapterFactory(recordings),
          new BaselineAdapterFactory(),
        ]),
    },
  ],
  exports: [AgentsService, AdapterRegistry, RecordingStore],
})
export class AgentsModule {}
