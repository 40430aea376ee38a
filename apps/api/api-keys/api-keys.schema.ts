import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { PERMISSIONS, type ApiKeyEntity } from '#libs/auth';

const scopes = z.array(z.enum(PERMISSIONS)).min(1).max(PERMISSIONS.length);

const newApiKeySchema = z
  .strictObject({
    name: z.string().trim().min(1).max(100),
    scopes: scopes.describe('What it may do, as far as you may at the time'),
    expires_at: z.iso.datetime({ offset: true }).nullable().default(null).describe('Null: never'),
  })
  .meta({
    examples: [
      { name: 'nightly', scopes: ['benchmark:write', 'results:read'], expires_at: '2027-06-30T00:00:00Z' },
    ],
  });

const apiKeySchema = z.object({
  id: z.uuid(),
  name: z.string(),
  prefix: z.string().describe('The first characters of the key, to know it by'),
  scopes,
  created_by: z.uuid().describe('The user whose role bounds it'),
  replaces_id: z.uuid().nullable().describe('The key that it was rotated from'),
  expires_at: z.iso.datetime().nullable(),
  last_used_at: z.iso.datetime().nullable().describe('To the minute'),
  created_at: z.iso.datetime(),
});

export class NewApiKeyDto extends createZodDto(newApiKeySchema) {}
export class RotationDto extends createZodDto(
  z.strictObject({
    overlap_hours: z.int().min(0).max(168).default(24).describe('For which the old key stays good'),
  }),
) {}
export class ApiKeyListDto extends createZodDto(
  z.object({ items: z.array(apiKeySchema.meta({ id: 'ApiKey' })) }),
) {}
export class MadeApiKeyDto extends createZodDto(
  apiKeySchema.extend({ key: z.string().describe('The key itself; shown this once') }),
) {}

export const toApiKeyJson = (key: ApiKeyEntity): z.infer<typeof apiKeySchema> => ({
  id: key.id,
  name: key.name,
  prefix: key.prefix,
  scopes: key.scopes,
  created_by: key.createdBy,
  replaces_id: key.replacesId,
  expires_at: key.expiresAt?.toISOString() ?? null,
  last_used_at: key.lastUsedAt?.toISOString() ?? null,
  created_at: key.createdAt.toISOString(),
});
