import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { newId, storableText } from '#libs/common';
import type { AuditEntryEntity } from './audit-entry.entity.js';

const MAX_TEXT = 300;

// Every change waits for both, so that neither is built by TypeORM each time.
const APPEND = `
INSERT INTO audit_log (id, workspace_id, actor_kind, actor_id, action, target_type, target_id, status, count, address,
  user_agent, request_id, before_hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`;
const COMPLETE = `
UPDATE audit_log SET status = $2, target_type = $3, target_id = $4, after_hash = $5 WHERE id = $1`;

export type Occurrence = Pick<AuditEntryEntity, 'actorKind' | 'action'> &
  Partial<Omit<AuditEntryEntity, 'id' | 'at' | 'afterHash'>>;

export type Completion = Pick<AuditEntryEntity, 'status' | 'targetType' | 'targetId' | 'afterHash'>;

/** Writes the record; nothing else does. */
@Injectable()
export class AuditLog {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** @returns the id of the entry, which is stored when this resolves. */
  async append(entry: Occurrence): Promise<string> {
    const id = newId();
    await this.dataSource.query(APPEND, [
      ...[id, entry.workspaceId, entry.actorKind, entry.actorId, entry.action],
      ...[entry.targetType, bounded(entry.targetId), entry.status, entry.count ?? 1],
      ...[entry.address, bounded(entry.userAgent), entry.requestId, entry.beforeHash],
    ]);
    return id;
  }

  /** Says what came of an entry that was appended without a status; once. */
  async complete(id: string, { status, targetType, targetId, afterHash }: Completion): Promise<void> {
    const values = [id, status, targetType, bounded(targetId), afterHash];
    await this.dataSource.query(COMPLETE, values);
  }
}

const bounded = (text: string | null | undefined): string | null =>
  text == null ? null : storableText(text.slice(0, MAX_TEXT));
