import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, Repository, type SelectQueryBuilder } from 'typeorm';
import { z } from 'zod';
import { DEFAULT_WORKSPACE_ID } from '#libs/auth';
import { decodeCursor, toPage, type Page, type PageRequest } from '#libs/common';
import { AuditEntryEntity } from './audit-entry.entity.js';
import { oldestFirst } from './oldest-first.js';

export interface AuditFilter {
  actorId?: string;
  action?: string;
  targetType?: string;
  targetId?: string;
  status?: number;
  /** From this time on, and before that. */
  since?: Date;
  until?: Date;
}

@Injectable()
export class AuditReader {
  constructor(@InjectRepository(AuditEntryEntity) private readonly entries: Repository<AuditEntryEntity>) {}

  /** Newest first. Strangers are in no workspace: who they were is shown in the first one, the operator's. */
  async list(workspaceId: string, filter: AuditFilter, page: PageRequest): Promise<Page<AuditEntryEntity>> {
    const query = this.query(workspaceId, filter)
      .orderBy('entry.id', 'DESC')
      .limit(page.limit + 1);
    if (page.cursor !== undefined) {
      const [before] = decodeCursor(page.cursor, z.tuple([z.uuid()]));
      query.andWhere('entry.id < :before', { before });
    }
    return toPage(await query.getMany(), page.limit, ({ id }) => [id]);
  }

  /** Oldest first, all of them. */
  export(workspaceId: string, filter: AuditFilter): AsyncGenerator<AuditEntryEntity> {
    return oldestFirst(() => this.query(workspaceId, filter));
  }

  private query(workspaceId: string, filter: AuditFilter): SelectQueryBuilder<AuditEntryEntity> {
    const { since, until, ...equal } = filter;
    const wanted = Object.fromEntries(Object.entries(equal).filter(([, value]) => value !== undefined));
    const within = [{ ...wanted, workspaceId }];
    const query = this.entries
      .createQueryBuilder('entry')
      .where(
        workspaceId === DEFAULT_WORKSPACE_ID ? [...within, { ...wanted, workspaceId: IsNull() }] : within,
      );
    if (since) query.andWhere('entry.at >= :since', { since });
    if (until) query.andWhere('entry.at < :until', { until });
    return query;
  }
}
