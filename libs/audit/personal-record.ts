import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { AuditEntryEntity } from './audit-entry.entity.js';
import { oldestFirst } from './oldest-first.js';

/** What the record holds of one person: theirs to have, and to have erased. */
@Injectable()
export class PersonalRecord {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Whatever the user, or one of their keys, did or was refused, in whatever workspace; oldest first. */
  exportActor(actorId: string): AsyncGenerator<AuditEntryEntity> {
    const entries = this.dataSource.getRepository(AuditEntryEntity);
    return oldestFirst(() => entries.createQueryBuilder('entry').where({ actorId }));
  }

  /**
   * Forgets who it was and from where: the id becomes `erased`, of the actor and of what was done to them; addresses and
   * user agents go. What was done stays.
   * @returns entries changed.
   */
  async eraseActor(actorId: string): Promise<number> {
    return this.dataSource.transaction(async (manager) => {
      // The one exception that the table's trigger makes.
      await manager.query(`SELECT set_config('aibench.audit_erasure', 'on', true)`);
      const [, changed] = await manager.query<[unknown, number]>(
        `UPDATE audit_log SET
           actor_id = CASE WHEN actor_id = $1 THEN 'erased' ELSE actor_id END,
           target_id = CASE WHEN target_id = $1 THEN 'erased' ELSE target_id END,
           address = CASE WHEN actor_id = $1 THEN NULL ELSE address END,
           user_agent = CASE WHEN actor_id = $1 THEN NULL ELSE user_agent END
         WHERE actor_id = $1 OR target_id = $1`,
        [actorId],
      );
      return changed;
    });
  }
}
