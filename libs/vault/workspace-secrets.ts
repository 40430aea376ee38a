/** A secret of a workspace, as those that send it see it. */
export interface Secret {
  /** Another one of the same name has another. */
  id: string;
  /** Of this very value; tells nothing of it. */
  versionId: string;
  /** The only one that may get it. */
  origin: string;
  /**
   * The value, for a call that sends it now.
   * @throws AppError `vault_not_configured`, `vault_key_unknown`, `secret_damaged`
   */
  reveal(): string;
}

/** The secrets of one workspace by name, as they were a few seconds ago at most. */
export type WorkspaceSecrets = ReadonlyMap<string, Secret>;
