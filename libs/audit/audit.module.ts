import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditEntryEntity } from './audit-entry.entity.js';
import { AuditLog } from './audit-log.js';
import { AuditReader } from './audit-reader.js';
import { PersonalRecord } from './personal-record.js';

@Module({
  imports: [TypeOrmModule.forFeature([AuditEntryEntity])],
  providers: [AuditLog, AuditReader, PersonalRecord],
  exports: [AuditLog, AuditReader, PersonalRecord],
})
export class AuditModule {}
