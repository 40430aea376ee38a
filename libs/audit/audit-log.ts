import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { newId, storableText } from '#libs/common';
import { AuditEntryEntity } from './audit-entry.entity.js';

const MAX_TEXT = 300;

export type Occurrence = Pick<AuditEntryEntity, 'actorKind' | 'action'> &
  Partial<Omit<AuditEntryEntity, 'id' | 'at'>>;

export type Completion = Pick<AuditEntryEntity, 'status' | 'targetType' | 'targetId' | 'afterHash'>;

/** Writes the record; nothing else does. */
@Injectable()
export class AuditLog {
  constructor(@InjectRepository(AuditEntryEntity) private readonly entries: Repository<AuditEntryEntity>) {}

  /** @returns the id of the entry, which is stored when this resolves. */
  async append(occurrence: Occurrence): Promise<string> {
    const id = newId();
    const { userAgent, targetId } = occurrence;
    await this.entries.insert({
      ...occurrence,
      id,
      userAgent: bounded(userAgent),
      targetId: bounded(targetId),
    });
    return id;
  }

  /** Says what came of an entry that was appended without a status; once. */
  async complete(id: string, { targetId, ...completion }: Completion): Promise<void> {
    await this.entries.update({ id }, { ...completion, targetId: bounded(targetId) });
  }
}

const bounded = (text: string | null | undefined): string | null =>
  text == null ? null : storableText(text.slice(0, MAX_TEXT));
