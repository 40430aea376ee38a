import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { ROLES, type Invitation, type Member, type WorkspaceEntity } from '#libs/auth';
import { emailSchema } from '../auth/auth.schema.js';

const role = z.enum(ROLES);

const workspaceNameSchema = z
  .strictObject({ name: z.string().trim().min(1).max(100) })
  .meta({ examples: [{ name: 'search-team' }] });

const workspaceSchema = z.object({ id: z.uuid(), name: z.string(), created_at: z.iso.datetime() });

const memberSchema = z.object({
  user_id: z.uuid(),
  email: z.string(),
  name: z.string(),
  role,
  disabled: z.boolean().describe('Gets in nowhere'),
  created_at: z.iso.datetime().describe('When they became a member'),
});

const invitationSchema = z.object({
  id: z.uuid(),
  email: z.string().nullable(),
  role,
  expires_at: z.iso.datetime(),
  created_at: z.iso.datetime(),
});

export class WorkspaceNameDto extends createZodDto(workspaceNameSchema) {}
export class WorkspaceDto extends createZodDto(workspaceSchema) {}
export class WorkspaceListDto extends createZodDto(
  z.object({ items: z.array(workspaceSchema.extend({ role: role.nullable() })) }),
) {}

export class NewMemberDto extends createZodDto(
  z
    .strictObject({ email: emailSchema, role })
    .meta({ examples: [{ email: 'bo@example.com', role: 'editor' }] }),
) {}
export class RoleDto extends createZodDto(z.strictObject({ role })) {}
export class MemberDto extends createZodDto(memberSchema) {}
export class MemberListDto extends createZodDto(
  z.object({ items: z.array(memberSchema.meta({ id: 'Member' })) }),
) {}
export class AddedMemberDto extends createZodDto(
  z.object({
    member: memberSchema.nullable().describe('Null where they have no account yet, and are invited'),
    invitation: invitationSchema
      .extend({ token: z.string().describe('Give it to them: it is good once, and shown this once') })
      .nullable(),
  }),
) {}
export class PasswordResetTokenDto extends createZodDto(
  z.object({
    token: z.string().describe('Give it to them: it is good once, and shown this once'),
    expires_at: z.iso.datetime(),
  }),
) {}
export class InvitationListDto extends createZodDto(
  z.object({ items: z.array(invitationSchema.meta({ id: 'Invitation' })) }),
) {}

export const toWorkspaceJson = ({
  id,
  name,
  createdAt,
}: WorkspaceEntity): z.infer<typeof workspaceSchema> => ({ id, name, created_at: createdAt.toISOString() });

export const toMemberJson = (member: Member): z.infer<typeof memberSchema> => ({
  user_id: member.userId,
  email: member.email,
  name: member.name,
  role: member.role,
  disabled: member.disabledAt !== null,
  created_at: member.createdAt.toISOString(),
});

export const toInvitationJson = (invitation: Invitation): z.infer<typeof invitationSchema> => ({
  id: invitation.id,
  email: invitation.email,
  role: invitation.role,
  expires_at: invitation.expiresAt.toISOString(),
  created_at: invitation.createdAt.toISOString(),
});
