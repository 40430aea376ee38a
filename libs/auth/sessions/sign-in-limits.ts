import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { AppError } from '#libs/common';
import { RateWindows } from '#libs/coordination';
import { hashOf } from '../one-time-token.js';

const TRIES = 5;
const SECONDS = 60;

const KNOWN = `
SELECT EXISTS (SELECT 1 FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.email = $1 AND s.network = $2) AS known`;

/** Five wrong passwords a minute, from each network and for each account. */
@Injectable()
export class SignInLimits {
  constructor(
    private readonly windows: RateWindows,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {}

  /**
   * Makes the try, unless there were too many. One that goes well does not count.
   * @throws AppError `too_many_sign_ins`, and what the try throws.
   */
  async attempt<T>(email: string, network: string, tried: () => Promise<T>): Promise<T> {
    const keys = [`sign-in:network:${network}`, await this.accountKey(email, network)];
    const windows = keys.map((key) => this.windows.window(key, TRIES, SECONDS));
    for (const window of windows) {
      const { granted, endsInMs } = await window.take(1);
      if (!granted) throw tooMany(Math.ceil(endsInMs / 1000));
    }
    const result = await tried();
    for (const window of windows) window.correct(-1);
    return result;
  }

  /**
   * From a network where the person has signed in before they have a window of their own: whoever uses up that of all
   * others keeps nobody out of their account.
   */
  private async accountKey(email: string, network: string): Promise<string> {
    const [row] = await this.dataSource.query<{ known: boolean }[]>(KNOWN, [email, network]);
    return `sign-in:account:${hashOf(row?.known ? `${email} ${network}` : email)}`;
  }
}

const tooMany = (seconds: number): AppError =>
  new AppError(
    'too_many_requests',
    'too_many_sign_ins',
    `There were ${TRIES} wrong passwords within a minute. Try again in ${seconds} s.`,
    { retryAfterSeconds: seconds },
  );
