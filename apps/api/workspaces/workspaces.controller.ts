import { Body, Controller, Get, Param, Patch, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { Requires, SignedIn, WorkspacesService, type Principal } from '#libs/auth';
import { AppError } from '#libs/common';
import { CurrentPrincipal, SignedInUser, type SignedInPrincipal } from '../auth/principal.decorator.js';
import { toWorkspaceJson, WorkspaceDto, WorkspaceListDto, WorkspaceNameDto } from './workspaces.schema.js';

@ApiTags('workspaces')
@Controller('api/v1/workspaces')
export class WorkspacesController {
  constructor(private readonly workspaces: WorkspacesService) {}

  @SignedIn()
  @Get()
  @ApiOperation({ summary: 'List the workspaces that you are a member of' })
  @ZodResponse({ status: 200, type: WorkspaceListDto })
  async list(@CurrentPrincipal() { kind, userId, workspaceId }: Principal) {
    if (userId === undefined) {
      const workspace = toWorkspaceJson(await this.workspaces.get(workspaceId));
      return { items: [{ ...workspace, role: null }] };
    }
    const own = await this.workspaces.listOf(userId);
    // A key is for one workspace, and tells of no other.
    const shown = own.filter(({ id }) => kind === 'user' || id === workspaceId);
    return { items: shown.map((workspace) => ({ ...toWorkspaceJson(workspace), role: workspace.role })) };
  }

  @Requires('admin:full')
  @Post()
  @ApiOperation({
    summary: 'Create a workspace, with you as its admin',
    description: 'To work in it, get an access token for it with POST /api/v1/auth/switch.',
  })
  @ZodResponse({ status: 201, type: WorkspaceDto })
  async create(@SignedInUser() { userId }: SignedInPrincipal, @Body() { name }: WorkspaceNameDto) {
    return toWorkspaceJson(await this.workspaces.create(name, userId));
  }

  @Requires('admin:full')
  @Patch(':workspace_id')
  @ApiOperation({ summary: 'Rename the workspace that you are in' })
  @ZodResponse({ status: 200, type: WorkspaceDto })
  async rename(
    @CurrentPrincipal() { workspaceId }: Principal,
    @Param('workspace_id') id: string,
    @Body() { name }: WorkspaceNameDto,
  ) {
    if (id !== workspaceId)
      throw AppError.notFound(
        'workspace_not_found',
        `You are not in a workspace "${id}". Get an access token for it with POST /api/v1/auth/switch.`,
      );
    return toWorkspaceJson(await this.workspaces.rename(id, name));
  }
}
