import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { AccountsService, InvitationsService, MembersService, Requires, type Principal } from '#libs/auth';
import { CurrentPrincipal, SignedInUser, type SignedInPrincipal } from '../auth/principal.decorator.js';
import { WorkspaceId } from '../http/workspace.decorator.js';
import {
  AddedMemberDto,
  InvitationListDto,
  MemberDto,
  MemberListDto,
  NewMemberDto,
  PasswordResetTokenDto,
  RoleDto,
  toInvitationJson,
  toMemberJson,
} from './workspaces.schema.js';

const EVERYWHERE = 'For an admin of all workspaces that the member is in.';

@ApiTags('members')
@Requires('member:write')
@Controller('api/v1/members')
export class MembersController {
  constructor(
    private readonly members: MembersService,
    private readonly invitations: InvitationsService,
    private readonly accounts: AccountsService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the members of the workspace, by email address' })
  @ZodResponse({ status: 200, type: MemberListDto })
  async list(@WorkspaceId() workspaceId: string) {
    return { items: (await this.members.list(workspaceId)).map(toMemberJson) };
  }

  @Post()
  @ApiOperation({
    summary: 'Add somebody to the workspace',
    description:
      'Who has an account is a member at once. For others the answer holds a token, good for 7 days, with which they make theirs: POST /api/v1/auth/invitation.',
  })
  @ZodResponse({ status: 201, type: AddedMemberDto })
  async add(@CurrentPrincipal() principal: Principal, @Body() { email, role }: NewMemberDto) {
    const added = await this.members.add(principal, email, role);
    if ('member' in added) return { member: toMemberJson(added.member), invitation: null };
    return { member: null, invitation: { ...toInvitationJson(added.invitation), token: added.token } };
  }

  @Get('invitations')
  @ApiOperation({ summary: 'List the invitations that nobody has accepted yet, newest first' })
  @ZodResponse({ status: 200, type: InvitationListDto })
  async listInvitations(@WorkspaceId() workspaceId: string) {
    return { items: (await this.invitations.list(workspaceId)).map(toInvitationJson) };
  }

  @Delete('invitations/:invitation_id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Withdraw an invitation' })
  @ApiNoContentResponse()
  async withdraw(@WorkspaceId() workspaceId: string, @Param('invitation_id') id: string): Promise<void> {
    await this.invitations.withdraw(workspaceId, id);
  }

  @Patch(':user_id')
  @ApiOperation({ summary: "Change a member's role", description: 'The last admin stays one.' })
  @ZodResponse({ status: 200, type: MemberDto })
  async change(
    @CurrentPrincipal() principal: Principal,
    @Param('user_id') userId: string,
    @Body() { role }: RoleDto,
  ) {
    return toMemberJson(await this.members.change(principal, userId, role));
  }

  @Delete(':user_id')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Remove a member',
    description:
      'Within 5 s neither their sessions nor their keys get into this workspace. The last admin stays.',
  })
  @ApiNoContentResponse()
  async remove(@WorkspaceId() workspaceId: string, @Param('user_id') userId: string): Promise<void> {
    await this.members.remove(workspaceId, userId);
  }

  @Requires('admin:full')
  @Post(':user_id/disable')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Shut a member out of everything',
    description: `Their sessions and keys get in nowhere within 5 s. ${EVERYWHERE}`,
  })
  @ApiNoContentResponse()
  async disable(@SignedInUser() admin: SignedInPrincipal, @Param('user_id') userId: string): Promise<void> {
    await this.accounts.setDisabled(admin, userId, true);
  }

  @Requires('admin:full')
  @Post(':user_id/enable')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Let a member in again who was shut out',
    description: `Their keys work again; they sign in anew. ${EVERYWHERE}`,
  })
  @ApiNoContentResponse()
  async enable(@SignedInUser() admin: SignedInPrincipal, @Param('user_id') userId: string): Promise<void> {
    await this.accounts.setDisabled(admin, userId, false);
  }

  @Requires('admin:full')
  @Post(':user_id/password-reset')
  @ApiOperation({
    summary: 'Let a member choose another password',
    description: `The answer holds a token, good for 24 hours, with which they do: POST /api/v1/auth/password/reset. ${EVERYWHERE}`,
  })
  @ZodResponse({ status: 201, type: PasswordResetTokenDto })
  async resetPassword(@SignedInUser() admin: SignedInPrincipal, @Param('user_id') userId: string) {
    const { token, expiresAt } = await this.accounts.issueReset(admin, userId);
    return { token, expires_at: expiresAt.toISOString() };
  }
}
