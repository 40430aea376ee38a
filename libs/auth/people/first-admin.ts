import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { AppConfig } from '#libs/config';
import { DEFAULT_WORKSPACE_ID } from '../default-workspace.js';
import { InvitationsService } from './invitations.service.js';

/** Lets the first person in. */
@Injectable()
export class FirstAdmin implements OnApplicationBootstrap {
  private readonly logger = new Logger(FirstAdmin.name);

  constructor(
    private readonly config: AppConfig,
    private readonly invitations: InvitationsService,
  ) {}

  /** Makes whom the environment names, before anybody could come first. */
  async onApplicationBootstrap(): Promise<void> {
    const { mode, firstAdmin } = this.config.auth;
    if (mode === 'local' || !firstAdmin) return;
    const email = firstAdmin.email.trim().toLowerCase();
    const person = { email, name: 'Admin', password: firstAdmin.password };
    if (await this.invitations.addFirst(DEFAULT_WORKSPACE_ID, person))
      this.logger.log(`Made ${email} the admin, as SETUP_ADMIN_EMAIL says.`);
  }

  /** What to tell whoever started the service at this URL: how to become the admin, while there is nobody. */
  async announcement(url: string): Promise<string[]> {
    if (this.config.auth.mode === 'local' || (await this.invitations.hasUsers())) return [];
    const { token } = await this.invitations.invite(DEFAULT_WORKSPACE_ID, null, 'admin');
    const body = { token, email: 'you@example.com', name: 'You', password: 'of 12 characters or more' };
    return [
      'Nobody can sign in yet. Within 24 hours, whoever sends this once is the admin (change email, name and password):',
      `  curl -s ${url}/api/v1/auth/setup -H 'content-type: application/json' -d '${JSON.stringify(body)}'`,
      // Behind the #, so that no log of a proxy gets to have it.
      `  or opens ${url}/setup#token=${token}`,
    ];
  }
}
