import { Body, Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ZodResponse } from 'nestjs-zod';
import type { z } from 'zod';
import {
  accessCookie,
  AccountsService,
  InvitationsService,
  networkOf,
  NO_SESSION_COOKIES,
  Public,
  refreshCookieOf,
  refuseCrossSite,
  sessionCookies,
  SessionsService,
  SignedIn,
  SignIn,
  type Principal,
  type SessionTokens,
} from '#libs/auth';
import { AppError } from '#libs/common';
import {
  AccessDto,
  invitationSchema,
  InvitationAcceptanceDto,
  LoginDto,
  loginSchema,
  LogoutDto,
  logoutSchema,
  MeDto,
  PasswordChangeDto,
  PasswordResetDto,
  passwordResetSchema,
  passwordSchema,
  RefreshDto,
  refreshSchema,
  SessionDto,
  SetupDto,
  setupSchema,
  SwitchDto,
  toAccessJson,
  toSessionJson,
} from './auth.schema.js';
import { CredentialsBody } from './credentials-body.js';
import { Introspection } from './introspection.js';
import { CurrentPrincipal, SignedInUser, type SignedInPrincipal } from './principal.decorator.js';

const COOKIES =
  'With "cookie": true the tokens come as `__Host-` cookies, for the pages of this origin alone.';

@ApiTags('auth')
@Controller('api/v1/auth')
export class AuthController {
  constructor(
    private readonly signIn: SignIn,
    private readonly sessions: SessionsService,
    private readonly invitations: InvitationsService,
    private readonly accounts: AccountsService,
    private readonly introspection: Introspection,
  ) {}

  @Public()
  @Post('setup')
  @ApiOperation({
    summary: 'Become the first admin',
    description: `By the token that the service prints at its start while it has no users. ${COOKIES}`,
  })
  @ApiBody({ type: SetupDto })
  @ZodResponse({ status: 201, type: SessionDto })
  async setUp(
    @CredentialsBody(setupSchema) { token, cookie, ...person }: z.infer<typeof setupSchema>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const setUp = async () => ({ userId: await this.invitations.setUp(token, person) });
    return this.begin(setUp, { request, reply, cookie });
  }

  @Public()
  @Post('invitation')
  @ApiOperation({
    summary: 'Accept an invitation, and sign in',
    description: `Who has an account already gives its password; "name" then changes nothing. ${COOKIES}`,
  })
  @ApiBody({ type: InvitationAcceptanceDto })
  @ZodResponse({ status: 201, type: SessionDto })
  async accept(
    @CredentialsBody(invitationSchema) { token, cookie, ...person }: z.infer<typeof invitationSchema>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const accept = () => this.invitations.accept(token, person, networkOf(request.ip));
    return this.begin(accept, { request, reply, cookie });
  }

  @Public()
  @Post('login')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Sign in',
    description: `Five wrong passwords a minute from one network, or for one account, are all. ${COOKIES}`,
  })
  @ApiBody({ type: LoginDto })
  @ZodResponse({ status: 200, type: SessionDto })
  async login(
    @CredentialsBody(loginSchema)
    { email, password, workspace_id: workspaceId, cookie }: z.infer<typeof loginSchema>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const known = async () => ({
      userId: await this.signIn.personOf({ email, password, network: networkOf(request.ip) }),
      workspaceId,
    });
    return this.begin(known, { request, reply, cookie });
  }

  @Public()
  @Post('refresh')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Get the next access token and the next refresh token',
    description: 'A refresh token is good once. One that comes a second time ends the session.',
  })
  @ApiBody({ type: RefreshDto })
  @ZodResponse({ status: 200, type: SessionDto })
  async refresh(
    @CredentialsBody(refreshSchema)
    { refresh_token: sent, workspace_id: workspaceId }: z.infer<typeof refreshSchema>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const token = sent ?? refreshCookieOf(request);
    if (token === undefined)
      throw AppError.unauthenticated('Send a refresh_token, or the cookie of a session.');
    const tokens = await this.sessions.refresh(token, workspaceId);
    return answer(tokens, reply, sent === undefined);
  }

  @Public()
  @Post('logout')
  @HttpCode(204)
  @ApiOperation({
    summary: 'End the session of a refresh token',
    description: 'Its access tokens end with it, within 5 s. One that is unknown is none the less 204.',
  })
  @ApiBody({ type: LogoutDto })
  @ApiNoContentResponse()
  async logout(
    @CredentialsBody(logoutSchema) { refresh_token: sent }: z.infer<typeof logoutSchema>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const token = sent ?? refreshCookieOf(request);
    if (token !== undefined) await this.sessions.end(token);
    if (sent === undefined) void reply.header('set-cookie', NO_SESSION_COOKIES);
  }

  @SignedIn()
  @Get('me')
  @ApiOperation({ summary: 'Who you are here, and what you may do' })
  @ZodResponse({ status: 200, type: MeDto })
  me(@CurrentPrincipal() principal: Principal) {
    return this.introspection.of(principal);
  }

  @SignedIn()
  @Post('switch')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Get an access token for another workspace of yours',
    description: 'Those that you have stay good for the workspace that they were given for.',
  })
  @ZodResponse({ status: 200, type: AccessDto })
  async switch(
    @SignedInUser() { sessionId, userId }: SignedInPrincipal,
    @Body() { workspace_id: workspaceId }: SwitchDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const grant = await this.sessions.switchTo(sessionId, userId, workspaceId);
    const byCookie = request.headers.authorization === undefined;
    if (byCookie) void reply.header('set-cookie', accessCookie(grant.accessToken));
    return toAccessJson(grant, !byCookie);
  }

  @SignedIn()
  @Post('password')
  @HttpCode(204)
  @ApiOperation({ summary: 'Change your password', description: 'All your other sessions end.' })
  @ApiBody({ type: PasswordChangeDto })
  @ApiNoContentResponse()
  async changePassword(
    @SignedInUser() { userId, sessionId }: SignedInPrincipal,
    @CredentialsBody(passwordSchema)
    { current_password: password, password: next }: z.infer<typeof passwordSchema>,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    await this.signIn.changePassword(userId, { password, network: networkOf(request.ip) }, next);
    await this.sessions.endOthers(userId, sessionId);
  }

  @Public()
  @Post('password/reset')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Choose another password where you have forgotten yours',
    description:
      'By a token that an admin gives: POST /api/v1/members/{user_id}/password-reset. All your sessions end.',
  })
  @ApiBody({ type: PasswordResetDto })
  @ApiNoContentResponse()
  async resetPassword(
    @CredentialsBody(passwordResetSchema) { token, password }: z.infer<typeof passwordResetSchema>,
  ): Promise<void> {
    await this.accounts.reset(token, password);
  }

  /** @param person says whose the session is; a token that it takes is spent by that. */
  private async begin(
    person: () => Promise<{ userId: string; workspaceId?: string }>,
    { request, reply, cookie }: Beginning,
  ) {
    // Or a page of another site could sign its reader in as somebody else.
    if (cookie) refuseCrossSite(request);
    const { userId, workspaceId } = await person();
    const tokens = await this.sessions.begin(userId, networkOf(request.ip), workspaceId);
    return answer(tokens, reply, cookie);
  }
}

interface Beginning {
  request: FastifyRequest;
  reply: FastifyReply;
  cookie: boolean;
}

function answer(tokens: SessionTokens, reply: FastifyReply, cookie: boolean) {
  const { accessToken, refreshToken, refreshSeconds } = tokens;
  void reply.header('cache-control', 'no-store');
  if (cookie) void reply.header('set-cookie', sessionCookies(accessToken, refreshToken, refreshSeconds));
  return toSessionJson(tokens, !cookie);
}
