export * from './access.decorators.js';
export type { ApiKeyEntity } from './api-keys/api-key.entity.js';
export { ApiKeysService, type MadeApiKey } from './api-keys/api-keys.service.js';
export * from './auth.module.js';
export * from './authenticator.js';
export * from './default-workspace.js';
export * from './identity.module.js';
export { AccountsService } from './people/accounts.service.js';
export { FirstAdmin } from './people/first-admin.js';
export { InvitationsService, type Invitation } from './people/invitations.service.js';
export { MembersService, type Member } from './people/members.service.js';
export { PersonalData } from './people/personal-data.js';
export { UserEntity } from './people/user.entity.js';
export { WorkspacesService } from './people/workspaces.service.js';
export * from './permission.js';
export * from './principal.js';
export { networkOf } from './sessions/network.js';
export {
  accessCookie,
  NO_SESSION_COOKIES,
  refreshCookieOf,
  refuseCrossSite,
  sessionCookies,
} from './sessions/session-cookies.js';
export { SessionsService, type AccessGrant, type SessionTokens } from './sessions/sessions.service.js';
export { SignIn } from './sessions/sign-in.js';
export type { WorkspaceEntity } from './workspace.entity.js';
