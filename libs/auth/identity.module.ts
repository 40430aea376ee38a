import { Module } from '@nestjs/common';
import { AppConfig } from '#libs/config';
import { AccessReader } from './access-reader.js';
import { ApiKeysService } from './api-keys/api-keys.service.js';
import { AuthKeys } from './auth-keys.js';
import { AuthModule } from './auth.module.js';
import { Authenticator } from './authenticator.js';
import { AccountsService } from './people/accounts.service.js';
import { FirstAdmin } from './people/first-admin.js';
import { InvitationsService } from './people/invitations.service.js';
import { MembersService } from './people/members.service.js';
import { PersonalData } from './people/personal-data.js';
import { PasswordHasher } from './people/password-hasher.js';
import { WorkspacesService } from './people/workspaces.service.js';
import { AccessTokens } from './sessions/access-tokens.js';
import { SessionsService } from './sessions/sessions.service.js';
import { SignIn } from './sessions/sign-in.js';
import { SignInLimits } from './sessions/sign-in-limits.js';

const SERVICES = [
  Authenticator,
  AccountsService,
  ApiKeysService,
  FirstAdmin,
  InvitationsService,
  MembersService,
  PersonalData,
  SessionsService,
  SignIn,
  WorkspacesService,
];

/** Who people are, and what lets them in. For processes that answer people; workers know nobody and need no keys. */
@Module({
  imports: [AuthModule],
  providers: [
    { provide: AuthKeys, inject: [AppConfig], useFactory: (config: AppConfig) => AuthKeys.of(config) },
    ...[AccessReader, AccessTokens, PasswordHasher, SignInLimits],
    ...SERVICES,
  ],
  exports: SERVICES,
})
export class IdentityModule {}
