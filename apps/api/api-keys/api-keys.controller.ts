import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { ApiKeysService, Requires, type MadeApiKey, type Principal } from '#libs/auth';
import { CurrentPrincipal } from '../auth/principal.decorator.js';
import { ApiKeyListDto, MadeApiKeyDto, NewApiKeyDto, RotationDto, toApiKeyJson } from './api-keys.schema.js';

@ApiTags('api-keys')
@Requires('key:write')
@Controller('api/v1/api-keys')
export class ApiKeysController {
  constructor(private readonly apiKeys: ApiKeysService) {}

  @Post()
  @ApiOperation({
    summary: 'Make an API key for this workspace',
    description: 'The answer holds the key, and no other does. It is sent as `Authorization: Bearer`.',
  })
  @ZodResponse({ status: 201, type: MadeApiKeyDto })
  async create(@CurrentPrincipal() principal: Principal, @Body() { name, scopes, expires_at }: NewApiKeyDto) {
    const expiresAt = expires_at === null ? null : new Date(expires_at);
    return toMadeJson(await this.apiKeys.create(principal, { name, scopes, expiresAt }));
  }

  @Get()
  @ApiOperation({ summary: 'List your API keys, newest first; of an admin, all of the workspace' })
  @ZodResponse({ status: 200, type: ApiKeyListDto })
  async list(@CurrentPrincipal() principal: Principal) {
    return { items: (await this.apiKeys.list(principal)).map(toApiKeyJson) };
  }

  @Post(':api_key_id/rotate')
  @ApiOperation({
    summary: 'Make a key that takes the place of another',
    description: 'With the same scopes and lifetime. The old one ends after the overlap.',
  })
  @ZodResponse({ status: 201, type: MadeApiKeyDto })
  async rotate(
    @CurrentPrincipal() principal: Principal,
    @Param('api_key_id') id: string,
    @Body() { overlap_hours: hours }: RotationDto,
  ) {
    return toMadeJson(await this.apiKeys.rotate(principal, id, hours));
  }

  @Delete(':api_key_id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Revoke a key', description: 'It ends everywhere within 5 s.' })
  @ApiNoContentResponse()
  async revoke(@CurrentPrincipal() principal: Principal, @Param('api_key_id') id: string): Promise<void> {
    await this.apiKeys.revoke(principal, id);
  }
}

const toMadeJson = ({ apiKey, key }: MadeApiKey) => ({ ...toApiKeyJson(apiKey), key });
