import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LRUCache } from 'lru-cache';
import { Repository, type EntityManager } from 'typeorm';
import { z } from 'zod';
import {
  AppError,
  decodeCursor,
  didYouMean,
  messageOf,
  newId,
  toPage,
  type Page,
  type PageRequest,
} from '#libs/common';
import { Signals } from '#libs/coordination';
import { MasterKeys } from './master-keys.js';
import type { SealedTable } from './rewrap.js';
import { SecretEntity } from './secret.entity.js';
import type { Secret, WorkspaceSecrets } from './workspace-secrets.js';

export interface NewSecret {
  value: string;
  /** The only one that may get it. */
  origin: string;
}

const CHANGED = 'secrets changed';
/** How long a process may go without looking, where word of a change was lost. */
const FRESH_MS = 3000;
/** Each process that calls agents reads all of a workspace. */
const MAX_SECRETS = 100;
const USE_NOTED_MS = 60_000;
/** Four characters of a shorter value would be too much of it. */
const SHOWN_FROM = 20;

/** A secret is bound to its name and origin: whoever writes into the database cannot have it sent elsewhere. */
const purposeOf = ({ name, origin }: Pick<SecretEntity, 'name' | 'origin'>): string =>
  `secret ${name} ${origin}`;

export const SECRETS: SealedTable = { table: 'secrets', purpose: `'secret ' || name || ' ' || origin` };

/** Secrets of workspaces: set by users, sent by adapters, shown to nobody. */
@Injectable()
export class Vault implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(Vault.name);
  private readonly known = new LRUCache<string, { secrets: Promise<WorkspaceSecrets>; at: number }>({
    max: 1000,
  });
  private readonly usesNoted = new LRUCache<string, true>({ max: 10_000, ttl: USE_NOTED_MS });
  private readonly stopListening: () => void;

  constructor(
    @InjectRepository(SecretEntity) private readonly secrets: Repository<SecretEntity>,
    private readonly keys: MasterKeys,
    private readonly signals: Signals,
  ) {
    this.stopListening = signals.subscribe(CHANGED, (workspaceId) => this.known.delete(workspaceId));
  }

  onModuleInit(): void {
    if (this.keys.isEmpty)
      this.logger.warn(
        'VAULT_MASTER_KEY is not set: secrets of workspaces and webhooks cannot be kept or used. See docs/operations.',
      );
  }

  onModuleDestroy(): void {
    this.stopListening();
  }

  /**
   * Sets the secret of that name, a new one or another value and origin.
   * @throws AppError `vault_not_configured`, `too_many_secrets`
   */
  async put(
    workspaceId: string,
    name: string,
    { value, origin }: NewSecret,
  ): Promise<{ secret: SecretEntity; created: boolean }> {
    const put = await this.secrets.manager.transaction(async (manager) => {
      // One at a time: the row's id is sealed with the value, so it is known before.
      await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
        `secrets ${workspaceId}`,
      ]);
      const old = await manager.findOneBy(SecretEntity, { workspaceId, name });
      if (!old) await refuseTooMany(manager, workspaceId);
      const id = old?.id ?? newId();
      const sealed = this.keys.seal(value, { workspaceId, rowId: id, purpose: purposeOf({ name, origin }) });
      const lastFour = value.length < SHOWN_FROM ? null : value.slice(-4);
      const row = { workspaceId, name, origin, lastFour, version: (old?.version ?? 0) + 1, ...sealed };
      if (old) await manager.update(SecretEntity, { id }, { ...row, updatedAt: () => 'now()' });
      else await manager.insert(SecretEntity, { id, ...row });
      return { secret: await manager.findOneByOrFail(SecretEntity, { id }), created: !old };
    });
    this.forget(workspaceId);
    return put;
  }

  /** By name; never a value. */
  async list(workspaceId: string, page: PageRequest): Promise<Page<SecretEntity>> {
    const query = this.secrets
      .createQueryBuilder('secret')
      .where({ workspaceId })
      .orderBy('secret.name')
      .limit(page.limit + 1);
    if (page.cursor !== undefined) {
      const [after] = decodeCursor(page.cursor, z.tuple([z.string()]));
      query.andWhere('secret.name > :after', { after });
    }
    return toPage(await query.getMany(), page.limit, ({ name }) => [name]);
  }

  /** @throws AppError `secret_not_found` */
  async remove(workspaceId: string, name: string): Promise<void> {
    const { affected } = await this.secrets.delete({ workspaceId, name });
    if (affected === 0) {
      const known = await this.secrets.findBy({ workspaceId });
      const hint = didYouMean(
        name,
        known.map((secret) => secret.name),
      );
      throw AppError.notFound('secret_not_found', `There is no secret "${name}". ${hint}`.trim());
    }
    this.forget(workspaceId);
  }

  /**
   * What agents of a workspace may send. To be asked for each call: it is kept for seconds and forgotten when it changes.
   * In an outage of Postgres it is what it was before.
   */
  of(workspaceId: string): Promise<WorkspaceSecrets> {
    const known = this.known.get(workspaceId);
    if (known && performance.now() - known.at < FRESH_MS) return known.secrets;
    const secrets = this.read(workspaceId).catch((error: unknown) => {
      if (known) return known.secrets;
      this.known.delete(workspaceId);
      throw error;
    });
    this.known.set(workspaceId, { secrets, at: performance.now() });
    return secrets;
  }

  private async read(workspaceId: string): Promise<WorkspaceSecrets> {
    const rows = await this.secrets
      .createQueryBuilder('secret')
      .addSelect(['secret.keyId', 'secret.wrappedKey', 'secret.ciphertext'])
      .where({ workspaceId })
      .getMany();
    return new Map(rows.map((row) => [row.name, this.toSecret(row)]));
  }

  private toSecret(row: SecretEntity): Secret {
    const { id, workspaceId, version, origin } = row;
    let value: string | undefined;
    return {
      id,
      versionId: `${id}:${version}`,
      origin,
      reveal: () => {
        this.noteUse(id);
        return (value ??= this.keys.open(row, { workspaceId, rowId: id, purpose: purposeOf(row) }));
      },
    };
  }

  private noteUse(id: string): void {
    if (this.usesNoted.has(id)) return;
    this.usesNoted.set(id, true);
    this.secrets.update({ id }, { lastUsedAt: () => 'now()' }).catch((error: unknown) => {
      this.logger.warn(`That secret ${id} was used could not be noted: ${messageOf(error)}`);
    });
  }

  private forget(workspaceId: string): void {
    this.known.delete(workspaceId);
    this.signals.publish(CHANGED, workspaceId);
  }
}

async function refuseTooMany(manager: EntityManager, workspaceId: string): Promise<void> {
  if ((await manager.countBy(SecretEntity, { workspaceId })) < MAX_SECRETS) return;
  throw AppError.invalid(
    'too_many_secrets',
    `The workspace has ${MAX_SECRETS} secrets, and no more are kept. Delete one that nobody uses.`,
  );
}
