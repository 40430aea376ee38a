import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import type { SecretEntity } from '#libs/vault';
import { pageOf } from '../http/page.schema.js';

export const secretNameSchema = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{0,99}$/, 'capital letters, digits and "_", a letter first, at most 100');

const origin = z
  .url({ protocol: /^https?$/, abort: true })
  .max(300)
  .refine(
    (url) => new URL(url).origin === url,
    'is scheme, host and port alone, as in https://bot.example.com',
  );

const newSecretSchema = z
  .strictObject({
    value: z
      .string()
      .regex(
        /^[\x21-\x7e][\x20-\x7e]{6,3998}[\x21-\x7e]$/,
        'is 8 to 4000 printable ASCII characters, none of them a space at either end',
      )
      .describe('No answer shows it again.'),
    origin: origin
      .optional()
      .describe(
        'The only one that may get it. Absent, for OPENAI_API_KEY and ANTHROPIC_API_KEY: where agents without a base_url are called.',
      ),
  })
  .meta({ examples: [{ value: 's3cret-value', origin: 'https://bot.example.com' }] });

const secretSchema = z.object({
  name: z.string(),
  origin: z.string().describe('The only one that gets it'),
  last_four: z.string().nullable().describe('Of the value; null where that is shorter than 20'),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime().describe('When the value was set'),
  last_used_at: z.iso.datetime().nullable().describe('To within a minute; null where it never was'),
});

export class NewSecretDto extends createZodDto(newSecretSchema) {}
export class SecretDto extends createZodDto(secretSchema) {}
export class SecretPageDto extends createZodDto(pageOf(secretSchema, 'Secret')) {}

export const toSecretJson = (secret: SecretEntity): z.infer<typeof secretSchema> => ({
  name: secret.name,
  origin: secret.origin,
  last_four: secret.lastFour,
  created_at: secret.createdAt.toISOString(),
  updated_at: secret.updatedAt.toISOString(),
  last_used_at: secret.lastUsedAt?.toISOString() ?? null,
});
