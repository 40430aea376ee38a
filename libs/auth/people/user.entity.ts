import { Check, Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** A person, known by an email address; a member of any number of workspaces. */
@Entity('users')
@Unique('uq_users_email', ['email'])
@Check('ck_users_email', 'email = lower(email)')
export class UserEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_users' })
  id!: string;

  @Column('text')
  email!: string;

  @Column('text')
  name!: string;

  /** Of argon2id. Not among what is read, so that it cannot be shown by accident. */
  @Column('text', { select: false })
  passwordHash!: string;

  /** Set by the operator: since then the person gets in nowhere, nor do their keys. */
  @Column('timestamptz', { nullable: true })
  disabledAt!: Date | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}
