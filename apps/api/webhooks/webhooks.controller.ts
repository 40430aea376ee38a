import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { Requires } from '#libs/auth';
import { DeliveriesService, WebhooksService } from '#libs/webhooks';
import { PageQuery, toPageJson } from '../http/page.schema.js';
import { WorkspaceId } from '../http/workspace.decorator.js';
import {
  CreatedWebhookDto,
  DeliveryDto,
  DeliveryPageDto,
  NewWebhookDto,
  toDeliveryJson,
  toWebhookJson,
  WebhookChangeDto,
  WebhookDto,
  WebhookPageDto,
} from './webhooks.schema.js';

@ApiTags('webhooks')
@Requires('webhook:write')
@Controller('api/v1/webhooks')
export class WebhooksController {
  constructor(
    private readonly webhooks: WebhooksService,
    private readonly deliveries: DeliveriesService,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Have a URL told of what happens to runs',
    description:
      'Signed by the Standard Webhooks specification, and tried eight times over about 12 hours. The answer holds the secret of the signatures, and no other does.',
  })
  @ZodResponse({ status: 201, type: CreatedWebhookDto })
  async create(@WorkspaceId() workspaceId: string, @Body() body: NewWebhookDto) {
    const { webhook, secret } = await this.webhooks.create(workspaceId, body);
    return { ...toWebhookJson(webhook), secret };
  }

  @Get()
  @ApiOperation({ summary: 'List webhooks, newest first' })
  @ZodResponse({ status: 200, type: WebhookPageDto })
  async list(@WorkspaceId() workspaceId: string, @Query() query: PageQuery) {
    return toPageJson(await this.webhooks.list(workspaceId, query), toWebhookJson);
  }

  @Get(':webhook_id')
  @ApiOperation({ summary: 'Get a webhook' })
  @ZodResponse({ status: 200, type: WebhookDto })
  async get(@WorkspaceId() workspaceId: string, @Param('webhook_id') id: string) {
    return toWebhookJson(await this.webhooks.get(workspaceId, id));
  }

  @Patch(':webhook_id')
  @ApiOperation({
    summary: "Change a webhook's URL or events, or set it active or inactive",
    description: 'What is pending for an inactive webhook waits until it is active again.',
  })
  @ZodResponse({ status: 200, type: WebhookDto })
  async update(
    @WorkspaceId() workspaceId: string,
    @Param('webhook_id') id: string,
    @Body() change: WebhookChangeDto,
  ) {
    return toWebhookJson(await this.webhooks.update(workspaceId, id, change));
  }

  @Delete(':webhook_id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a webhook with its deliveries, sent or not' })
  @ApiNoContentResponse()
  async remove(@WorkspaceId() workspaceId: string, @Param('webhook_id') id: string): Promise<void> {
    await this.webhooks.remove(workspaceId, id);
  }

  @Post(':webhook_id/test')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Send a webhook.test event',
    description: 'What became of it is among the deliveries.',
  })
  @ZodResponse({ status: 202, type: DeliveryDto })
  async test(@WorkspaceId() workspaceId: string, @Param('webhook_id') id: string) {
    return toDeliveryJson(await this.deliveries.test(await this.webhooks.get(workspaceId, id)));
  }

  @Get(':webhook_id/deliveries')
  @ApiOperation({ summary: 'List what was and will be sent to a webhook, newest first' })
  @ZodResponse({ status: 200, type: DeliveryPageDto })
  async listDeliveries(
    @WorkspaceId() workspaceId: string,
    @Param('webhook_id') id: string,
    @Query() query: PageQuery,
  ) {
    const webhook = await this.webhooks.get(workspaceId, id);
    return toPageJson(await this.deliveries.list(webhook, query), toDeliveryJson);
  }

  @Post(':webhook_id/deliveries/:delivery_id/redeliver')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Send a delivery again, at once and with all its tries',
    description: 'With its old webhook-id, by which a receiver may know it again.',
  })
  @ZodResponse({ status: 202, type: DeliveryDto })
  async redeliver(
    @WorkspaceId() workspaceId: string,
    @Param('webhook_id') id: string,
    @Param('delivery_id') deliveryId: string,
  ) {
    const webhook = await this.webhooks.get(workspaceId, id);
    return toDeliveryJson(await this.deliveries.redeliver(webhook, deliveryId));
  }
}
