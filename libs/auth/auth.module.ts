import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { WorkspaceEntity } from './workspace.entity.js';

@Module({ imports: [TypeOrmModule.forFeature([WorkspaceEntity])] })
export class AuthModule {}
