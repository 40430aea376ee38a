import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Authenticator } from './authenticator.js';
import { WorkspaceEntity } from './workspace.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([WorkspaceEntity])],
  providers: [Authenticator],
  exports: [Authenticator],
})
export class AuthModule {}
