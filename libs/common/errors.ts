/** One finding about bad input; `path`, `line`, `column`, `row` (1-based) and `sample_id` say where it is. */
export interface InputError {
  message: string;
  path?: string;
  line?: number;
  column?: number;
  /** Of a file that has rows and no lines, or several rows on a line. */
  row?: number;
  sample_id?: string;
}

export type AppErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'too_large'
  | 'too_many_requests'
  | 'unavailable';

/**
 * An error somebody can act on: `kind` decides the HTTP status at the edge, `code` is stable for programs,
 * the message says what happened, to what, and what to do. Anything that is not an `AppError` is a bug.
 */
export class AppError extends Error {
  override readonly name = 'AppError';

  constructor(
    readonly kind: AppErrorKind,
    readonly code: string,
    message: string,
    readonly details: {
      errors?: InputError[];
      extra?: Record<string, unknown>;
      /** When it is worth trying again. */
      retryAfterSeconds?: number;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: details.cause });
  }

  /** Input that is well-formed but wrong: HTTP 422. */
  static invalid(
    code: string,
    message: string,
    errors: InputError[] = [],
    extra?: Record<string, unknown>,
  ): AppError {
    return new AppError('invalid', code, message, { errors, extra });
  }

  static notFound(code: string, message: string, extra?: Record<string, unknown>): AppError {
    return new AppError('not_found', code, message, { extra });
  }

  /** Nobody that we know: HTTP 401. */
  static unauthenticated(message: string, code = 'unauthenticated'): AppError {
    return new AppError('unauthenticated', code, message);
  }

  /** Somebody that we know, who may not: HTTP 403. */
  static forbidden(message: string, code = 'forbidden'): AppError {
    return new AppError('forbidden', code, message);
  }

  static conflict(code: string, message: string): AppError {
    return new AppError('conflict', code, message);
  }
}

/** The message of whatever was thrown, for a log line or an explanation. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
