import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, Repository } from 'typeorm';
import { AppError, isId, newId } from '#libs/common';
import { AccessReader } from '../access-reader.js';
import { AuthKeys } from '../auth-keys.js';
import type { Permission } from '../permission.js';
import type { Principal } from '../principal.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { newApiKey, prefixOf } from './api-key-text.js';

export interface NewApiKey {
  name: string;
  scopes: Permission[];
  expiresAt: Date | null;
}

/** The only time that the key itself is known. */
export interface MadeApiKey {
  apiKey: ApiKeyEntity;
  key: string;
}

/** Everybody manages the keys that they made, and admins those of the workspace. */
@Injectable()
export class ApiKeysService {
  constructor(
    @InjectRepository(ApiKeyEntity) private readonly keys: Repository<ApiKeyEntity>,
    private readonly authKeys: AuthKeys,
    private readonly access: AccessReader,
  ) {}

  /** @throws AppError `sign_in_to_make_keys`; `scopes_exceed_yours`; `expires_in_the_past` */
  async create(by: Principal, spec: NewApiKey): Promise<MadeApiKey> {
    // A key that makes keys would outlive its own end.
    if (by.kind !== 'user' || by.userId === undefined)
      throw AppError.forbidden(
        'API keys are made by people. Sign in with POST /api/v1/auth/login, in AUTH_MODE=token.',
        'sign_in_to_make_keys',
      );
    return this.insert(by, { ...spec, createdBy: by.userId, replacesId: null });
  }

  /** Newest first, without those that were revoked. */
  list(by: Principal): Promise<ApiKeyEntity[]> {
    return this.keys.find({ where: { ...this.manageable(by), revokedAt: IsNull() }, order: { id: 'DESC' } });
  }

  /** It ends everywhere within 5 s. @throws AppError `api_key_not_found` */
  async revoke(by: Principal, id: string): Promise<void> {
    await this.get(by, id);
    await this.keys.update({ id, revokedAt: IsNull() }, { revokedAt: () => 'now()' });
    this.access.changed();
  }

  /**
   * Makes a key with the same scopes and lifetime, and lets the old one end.
   * @param overlapHours for which both are good.
   * @throws AppError `api_key_not_found`; `scopes_exceed_yours`
   */
  async rotate(by: Principal, id: string, overlapHours: number): Promise<MadeApiKey> {
    const old = await this.get(by, id);
    const lifetimeMs = old.expiresAt && old.expiresAt.getTime() - old.createdAt.getTime();
    const made = await this.insert(by, {
      name: old.name,
      scopes: old.scopes,
      createdBy: old.createdBy,
      expiresAt: lifetimeMs === null ? null : new Date(Date.now() + lifetimeMs),
      replacesId: old.id,
    });
    const end = new Date(Date.now() + overlapHours * 3_600_000);
    if (!old.expiresAt || old.expiresAt > end) await this.keys.update({ id }, { expiresAt: end });
    this.access.changed();
    return made;
  }

  private async insert(
    { workspaceId, permissions }: Principal,
    spec: Pick<ApiKeyEntity, 'name' | 'scopes' | 'createdBy' | 'expiresAt' | 'replacesId'>,
  ): Promise<MadeApiKey> {
    const beyond = spec.scopes.filter((scope) => !permissions.has(scope));
    if (beyond.length > 0)
      throw AppError.forbidden(
        `A key cannot do what you may not do yourself: ${beyond.join(', ')}. Leave that out.`,
        'scopes_exceed_yours',
      );
    if (spec.expiresAt && spec.expiresAt.getTime() <= Date.now())
      throw AppError.invalid('expires_in_the_past', 'expires_at has passed. Give a time to come, or null.');
    const key = newApiKey();
    const id = newId();
    const [hmac] = this.authKeys.hmacsOf(key);
    await this.keys.insert({ id, workspaceId, ...spec, prefix: prefixOf(key), hmac });
    return { apiKey: await this.keys.findOneByOrFail({ id }), key };
  }

  private async get(by: Principal, id: string): Promise<ApiKeyEntity> {
    const key = isId(id)
      ? await this.keys.findOneBy({ ...this.manageable(by), id, revokedAt: IsNull() })
      : null;
    if (key) return key;
    throw AppError.notFound('api_key_not_found', `There is no API key "${id}". See GET /api/v1/api-keys.`);
  }

  private manageable({ workspaceId, userId, permissions }: Principal) {
    return permissions.has('admin:full') ? { workspaceId } : { workspaceId, createdBy: String(userId) };
  }
}
