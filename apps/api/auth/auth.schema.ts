import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { PERMISSIONS, ROLES, type AccessGrant, type SessionTokens } from '#libs/auth';

export const emailSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .pipe(z.email())
  .meta({ description: 'Case does not matter', format: 'email' });

export const personNameSchema = z.string().trim().min(1).max(100).meta({ pattern: '\\S' });

const newPassword = z.string().min(12).max(200).describe('Any characters; length is what counts');
const token = z.string().min(1).max(2048);
const cookie = z
  .boolean()
  .default(false)
  .describe('True: for a browser, the tokens come as cookies and not in the answer');

export const setupSchema = z
  .strictObject({ token, email: emailSchema, name: personNameSchema, password: newPassword, cookie })
  .meta({
    examples: [
      { token: 'ais_…', email: 'ada@example.com', name: 'Ada', password: 'a long sentence will do' },
    ],
  });

export const invitationSchema = z
  .strictObject({ token, name: personNameSchema, password: newPassword, cookie })
  .meta({ examples: [{ token: 'aii_…', name: 'Bo', password: 'another long sentence' }] });

export const loginSchema = z
  .strictObject({
    email: emailSchema,
    password: z.string().min(1).max(200),
    workspace_id: z.uuid().optional().describe('The one to work in; your first by default'),
    cookie,
  })
  .meta({ examples: [{ email: 'ada@example.com', password: 'a long sentence will do' }] });

export const refreshSchema = z.strictObject({
  refresh_token: token.optional().describe('Of a browser, its cookie takes its place'),
  workspace_id: z.uuid().optional().describe('The one to go on in; the same by default'),
});

export const logoutSchema = refreshSchema.pick({ refresh_token: true });

export const passwordSchema = z.strictObject({
  current_password: z.string().min(1).max(200),
  password: newPassword,
});

export const passwordResetSchema = z
  .strictObject({ token, password: newPassword })
  .meta({ examples: [{ token: 'aip_…', password: 'a sentence to remember' }] });

export const erasureSchema = z.strictObject({ password: z.string().min(1).max(200) });

const accessSchema = z.object({
  token_type: z.literal('Bearer'),
  access_token: z.string().optional().describe('Absent where it came as a cookie'),
  expires_in: z.int().describe('Seconds that the access token is good for'),
  workspace_id: z.uuid().describe('That it is for'),
});

const sessionSchema = accessSchema.extend({
  refresh_token: z.string().optional().describe('Good once. Absent where it came as a cookie'),
  refresh_expires_in: z.int().describe('Seconds'),
});

const ownWorkspaceSchema = z
  .object({ id: z.uuid(), name: z.string(), role: z.enum(ROLES) })
  .meta({ id: 'OwnWorkspace' });

const meSchema = z.object({
  kind: z.enum(['user', 'api_key', 'local']),
  id: z.string().describe('Of the user or of the key'),
  user: z
    .object({ id: z.uuid(), email: z.string(), name: z.string() })
    .nullable()
    .describe('Who signed in, or made the key'),
  workspace: z.object({ id: z.uuid(), name: z.string() }),
  role: z.enum(ROLES).nullable().describe("The user's in this workspace"),
  permissions: z.array(z.enum(PERMISSIONS)).describe('Here and now'),
  workspaces: z.array(ownWorkspaceSchema),
});

export class SwitchDto extends createZodDto(z.strictObject({ workspace_id: z.uuid() })) {}
export class SetupDto extends createZodDto(setupSchema) {}
export class InvitationAcceptanceDto extends createZodDto(invitationSchema) {}
export class LoginDto extends createZodDto(loginSchema) {}
export class RefreshDto extends createZodDto(refreshSchema) {}
export class LogoutDto extends createZodDto(logoutSchema) {}
export class PasswordChangeDto extends createZodDto(passwordSchema) {}
export class PasswordResetDto extends createZodDto(passwordResetSchema) {}
export class ErasureDto extends createZodDto(erasureSchema) {}
export class AccessDto extends createZodDto(accessSchema) {}
export class SessionDto extends createZodDto(sessionSchema) {}
export class MeDto extends createZodDto(meSchema) {}

/** @param withTokens false where they go as cookies. */
export const toAccessJson = (grant: AccessGrant, withTokens: boolean): z.infer<typeof accessSchema> => ({
  token_type: 'Bearer',
  ...(withTokens && { access_token: grant.accessToken }),
  expires_in: grant.accessSeconds,
  workspace_id: grant.workspaceId,
});

export const toSessionJson = (tokens: SessionTokens, withTokens: boolean): z.infer<typeof sessionSchema> => ({
  ...toAccessJson(tokens, withTokens),
  ...(withTokens && { refresh_token: tokens.refreshToken }),
  refresh_expires_in: tokens.refreshSeconds,
});
