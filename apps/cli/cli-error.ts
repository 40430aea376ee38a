import { EXIT, type ExitCode } from './exit-codes.js';

/** An error that a person can act on: it ends the program with its message and its exit code, without a stack. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    readonly exitCode: ExitCode,
    message: string,
    /** `code` is the server's, stable for programs; `findings` are single mistakes, already in words. */
    readonly details: { code?: string; findings?: string[]; status?: number } = {},
  ) {
    super(message);
  }

  static usage(message: string, code = 'usage'): CliError {
    return new CliError(EXIT.usage, message, { code });
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
