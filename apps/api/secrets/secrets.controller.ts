import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ZodResponse } from 'nestjs-zod';
import { AdapterRegistry } from '#libs/agents';
import { Requires } from '#libs/auth';
import { AppError } from '#libs/common';
import { Vault } from '#libs/vault';
import { PageQuery, toPageJson } from '../http/page.schema.js';
import { WorkspaceId } from '../http/workspace.decorator.js';
import { NewSecretDto, SecretDto, secretNameSchema, SecretPageDto, toSecretJson } from './secrets.schema.js';

@ApiTags('secrets')
@Requires('secret:write')
@Controller('api/v1/secrets')
export class SecretsController {
  constructor(
    private readonly vault: Vault,
    private readonly adapters: AdapterRegistry,
  ) {}

  @Put(':name')
  @ApiOperation({
    summary: 'Set a secret, or replace it',
    description:
      "OPENAI_API_KEY and ANTHROPIC_API_KEY are what the workspace's agents of these adapters use instead of the operator's keys; others are for headers of http agents. Another origin takes the value again. It is in use everywhere within 5 s.",
  })
  @ZodResponse({ status: 200, type: SecretDto })
  async put(
    @WorkspaceId() workspaceId: string,
    @Param('name') name: string,
    @Body() { value, origin = this.adapters.defaultOrigin(name) }: NewSecretDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    refuseName(name);
    if (origin === undefined) {
      throw AppError.invalid(
        'secret_needs_origin',
        `Say who may get ${name}: "origin", as in "https://bot.example.com".`,
      );
    }
    const { secret, created } = await this.vault.put(workspaceId, name, { value, origin });
    void reply.status(created ? 201 : 200);
    return toSecretJson(secret);
  }

  @Get()
  @ApiOperation({ summary: 'List secrets by name, without their values' })
  @ZodResponse({ status: 200, type: SecretPageDto })
  async list(@WorkspaceId() workspaceId: string, @Query() query: PageQuery) {
    return toPageJson(await this.vault.list(workspaceId, query), toSecretJson);
  }

  @Delete(':name')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a secret', description: 'No agent sends it any more within 5 s.' })
  @ApiNoContentResponse()
  async remove(@WorkspaceId() workspaceId: string, @Param('name') name: string): Promise<void> {
    await this.vault.remove(workspaceId, name);
  }
}

/** @throws AppError `invalid_secret_name` */
function refuseName(name: string): void {
  const { error } = secretNameSchema.safeParse(name);
  if (!error) return;
  // Not the name itself: it may be the value, in the wrong place.
  const [issue] = error.issues;
  throw AppError.invalid('invalid_secret_name', `A secret's name in the path has to be ${issue?.message}.`);
}
