import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import type { AuditEntryEntity, AuditFilter } from '#libs/audit';
import { pageOf, pageQuerySchema } from '../http/page.schema.js';

const text = z.string().min(1).max(300).optional();

const filterSchema = z.strictObject({
  actor_id: text.describe('Of a user or an API key'),
  action: text.describe('Method and route pattern'),
  target_type: text,
  target_id: text,
  status: z.coerce.number().int().min(100).max(599).optional(),
  since: z.iso.datetime({ offset: true }).optional(),
  until: z.iso.datetime({ offset: true }).optional().describe('Before this time'),
});

const entrySchema = z.object({
  id: z.uuid(),
  at: z.iso.datetime(),
  actor_kind: z.enum(['user', 'api_key', 'local', 'stranger']),
  actor_id: z.string().nullable(),
  action: z.string(),
  target_type: z.string().nullable(),
  target_id: z.string().nullable(),
  status: z
    .int()
    .nullable()
    .describe('Null while it is not answered, and where the process ended before that'),
  count: z.int().describe('How many refusals alike the entry stands for'),
  address: z.string().nullable(),
  user_agent: z.string().nullable(),
  request_id: z.string().nullable(),
  before_hash: z.string().nullable().describe('SHA-256 of the canonical JSON that GET gave before'),
  after_hash: z
    .string()
    .nullable()
    .describe('The same after; of what has no GET, and of a new run, of the answer'),
});

export class AuditFilterQuery extends createZodDto(filterSchema) {}
export class AuditQuery extends createZodDto(filterSchema.extend(pageQuerySchema.shape)) {}
export class AuditPageDto extends createZodDto(pageOf(entrySchema, 'AuditEntry')) {}

export const toAuditFilter = (query: z.infer<typeof filterSchema>): AuditFilter => ({
  actorId: query.actor_id,
  action: query.action,
  targetType: query.target_type,
  targetId: query.target_id,
  status: query.status,
  since: query.since === undefined ? undefined : new Date(query.since),
  until: query.until === undefined ? undefined : new Date(query.until),
});

export const toAuditJson = (entry: AuditEntryEntity): z.infer<typeof entrySchema> => ({
  id: entry.id,
  at: entry.at.toISOString(),
  actor_kind: entry.actorKind,
  actor_id: entry.actorId,
  action: entry.action,
  target_type: entry.targetType,
  target_id: entry.targetId,
  status: entry.status,
  count: entry.count,
  address: entry.address,
  user_agent: entry.userAgent,
  request_id: entry.requestId,
  before_hash: entry.beforeHash,
  after_hash: entry.afterHash,
});
