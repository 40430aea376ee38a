import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { MasterKeys, type Scope, type Sealed, type SealedTable } from '#libs/vault';
import type { WebhookEntity } from './webhook.entity.js';

/** A secret as the table has it: sealed, or in plain text from before secrets were. */
export type StoredSecret = { [K in keyof Sealed]: Sealed[K] | null } & { plain: string | null };

type Owner = Pick<WebhookEntity, 'id' | 'workspaceId'>;

const PURPOSE = 'webhook';
const BATCH = 100;

export const WEBHOOK_SECRETS: SealedTable = { table: 'webhooks', purpose: `'${PURPOSE}'` };

/** Secrets of webhooks, which the vault's master keys seal. */
@Injectable()
export class WebhookSecrets {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly keys: MasterKeys,
  ) {}

  /** @throws AppError `vault_not_configured` */
  seal(secret: string, owner: Owner): Sealed {
    return this.keys.seal(secret, scopeOf(owner));
  }

  /** @throws AppError as `MasterKeys.open` does. */
  open({ plain, keyId, wrappedKey, ciphertext }: StoredSecret, owner: Owner): string {
    if (plain !== null) return plain;
    if (keyId === null || wrappedKey === null || ciphertext === null)
      throw new Error(`Webhook ${owner.id} has no secret.`);
    return this.keys.open({ keyId, wrappedKey, ciphertext }, scopeOf(owner));
  }

  /** Seals those that are stored in plain text, unless there is no master key. Many processes may do it at once. */
  async sealAll(): Promise<void> {
    while (!this.keys.isEmpty && (await this.sealSome()) > 0);
  }

  private sealSome(): Promise<number> {
    return this.dataSource.transaction(async (manager) => {
      const rows = await manager.query<(Owner & { secret: string })[]>(
        `SELECT id, workspace_id AS "workspaceId", secret FROM webhooks WHERE secret IS NOT NULL
         ORDER BY id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`,
      );
      for (const row of rows) {
        const { keyId, wrappedKey, ciphertext } = this.seal(row.secret, row);
        await manager.query(
          'UPDATE webhooks SET secret = NULL, key_id = $2, wrapped_key = $3, ciphertext = $4 WHERE id = $1',
          [row.id, keyId, wrappedKey, ciphertext],
        );
      }
      return rows.length;
    });
  }
}

const scopeOf = ({ id, workspaceId }: Owner): Scope => ({ workspaceId, rowId: id, purpose: PURPOSE });
