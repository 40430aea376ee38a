import { Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import type { z } from 'zod';
import { PersonalRecord } from '#libs/audit';
import { networkOf, NO_SESSION_COOKIES, PersonalData, SignedIn, SignIn } from '#libs/auth';
import { toAuditJson } from '../audit/audit.schema.js';
import { ApiFile } from '../http/api-answers.js';
import { ErasureDto, erasureSchema } from './auth.schema.js';
import { CredentialsBody } from './credentials-body.js';
import { SignedInUser, type SignedInPrincipal } from './principal.decorator.js';

const JSONL = 'application/x-ndjson';

@ApiTags('auth')
@SignedIn()
@Controller('api/v1/auth/me')
export class PersonalDataController {
  constructor(
    private readonly signIn: SignIn,
    private readonly data: PersonalData,
    private readonly record: PersonalRecord,
  ) {}

  @Get('data')
  @ApiFile(JSONL)
  @ApiOperation({
    summary: 'Everything that is stored about you, as JSONL',
    description:
      'The first line is you with your memberships, sessions and API keys; then a line for each thing that you or your keys did or were refused, in whatever workspace, as the audit log has it.',
  })
  async export(@SignedInUser() { userId }: SignedInPrincipal, @Res() reply: FastifyReply): Promise<void> {
    await reply
      .type(JSONL)
      .header('content-disposition', 'attachment; filename="my-data.jsonl"')
      .send(Readable.from(this.lines(userId)));
  }

  @Post('erase')
  @HttpCode(204)
  @ApiBody({ type: ErasureDto })
  @ApiNoContentResponse()
  @ApiOperation({
    summary: 'Have yourself forgotten',
    description:
      'Your address and name go, your sessions and keys end, and the audit log no longer tells who you were and from where. What you made stays. It cannot be undone.',
  })
  async erase(
    @SignedInUser() { userId }: SignedInPrincipal,
    @CredentialsBody(erasureSchema) { password }: z.infer<typeof erasureSchema>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const { email, api_keys: keys } = await this.data.of(userId);
    await this.signIn.personOf({ email, password, network: networkOf(request.ip) });
    await this.data.erase(userId);
    for (const actor of [userId, ...keys.map(({ id }) => id)]) await this.record.eraseActor(actor);
    void reply.header('set-cookie', NO_SESSION_COOKIES);
  }

  private async *lines(userId: string): AsyncGenerator<string> {
    const file = await this.data.of(userId);
    yield `${JSON.stringify(file)}\n`;
    for (const actor of [userId, ...file.api_keys.map(({ id }) => id)]) {
      for await (const entry of this.record.exportActor(actor))
        yield `${JSON.stringify(toAuditJson(entry))}\n`;
    }
  }
}
