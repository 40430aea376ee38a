import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { AppError } from '#libs/common';
import { PasswordHasher } from '../people/password-hasher.js';
import { UserEntity } from '../people/user.entity.js';
import { SignInLimits } from './sign-in-limits.js';

export interface PasswordCredentials {
  /** In lower case. */
  email: string;
  password: string;
  /** From where, see `networkOf`. */
  network: string;
}

/** Knows people by their passwords. */
@Injectable()
export class SignIn {
  constructor(
    @InjectRepository(UserEntity) private readonly users: Repository<UserEntity>,
    private readonly hasher: PasswordHasher,
    private readonly limits: SignInLimits,
  ) {}

  /**
   * @returns the id of the person whose password it is.
   * @throws AppError `wrong_credentials`, in the same words and after as much work whether or not there is such an
   *   account; `too_many_sign_ins`; `sign_in_busy`.
   */
  async personOf({ email, password, network }: PasswordCredentials): Promise<string> {
    const { id, passwordHash } = await this.limits.attempt(email, network, async () => {
      const user = await this.users
        .createQueryBuilder('user')
        .addSelect('user.passwordHash')
        .where({ email })
        .getOne();
      const stored = user?.disabledAt ? undefined : user?.passwordHash;
      if ((await this.hasher.verify(stored, password)) && user) return user;
      throw AppError.unauthenticated(
        'There is no account with this email address and password. Mind that five wrong tries a minute are all.',
        'wrong_credentials',
      );
    });
    if (this.hasher.isOutdated(passwordHash))
      await this.users.update({ id, passwordHash }, { passwordHash: await this.hasher.hash(password) });
    return id;
  }

  /** @throws AppError as `personOf`, of the password that was. */
  async changePassword(
    userId: string,
    credentials: Omit<PasswordCredentials, 'email'>,
    next: string,
  ): Promise<void> {
    const { email } = await this.users.findOneByOrFail({ id: userId });
    await this.personOf({ email, ...credentials });
    await this.users.update({ id: userId }, { passwordHash: await this.hasher.hash(next) });
  }
}
