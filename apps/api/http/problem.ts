import { HttpException } from '@nestjs/common';
import { createZodDto, ZodValidationException } from 'nestjs-zod';
import { z } from 'zod';
import { AppError, serverOwned, type AppErrorKind, type InputError } from '#libs/common';

/** RFC 9457 problem details, with a stable `code` for programs. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    errors: z.array(
      z.object({
        message: z.string(),
        path: z.string().optional(),
        line: z.int().optional(),
        column: z.int().optional(),
        row: z.int().optional(),
        sample_id: z.string().optional(),
      }),
    ),
    request_id: z.string(),
  })
  .loose()
  .meta({
    examples: [
      {
        type: 'urn:aibench:problem:agent_not_found',
        title: 'Not Found',
        status: 404,
        detail: 'There is no agent "gpt4". Nearest known: gpt-4o. Create one with POST /api/v1/agents.',
        code: 'agent_not_found',
        errors: [],
        request_id: '01a20d80-0b52-7c1e-9f3e-5c6f1f0f9a11',
      },
    ],
  });

export type Problem = z.infer<typeof problemSchema>;

/** For the OpenAPI document. */
export class ProblemDto extends createZodDto(problemSchema) {}

/** Of one answer: whoever makes a thousand mistakes learns from the first of them. */
const MAX_ERRORS = 100;
/** Zod's names every unknown member, however many a body has. */
const MAX_MESSAGE = 1000;

const STATUS: Record<AppErrorKind, number> = {
  malformed: 400,
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  too_many_requests: 429,
  unavailable: 503,
};

const TITLES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** The one place where an error becomes HTTP. */
export function toProblem(thrown: unknown, requestId: string): Problem {
  const { status, code, detail, errors = [], extra = {} } = describe(thrown);
  return {
    type: `urn:aibench:problem:${code}`,
    title: TITLES[status] ?? 'Error',
    status,
    detail,
    code,
    errors,
    request_id: requestId,
    ...extra,
  };
}

interface Description {
  status: number;
  code: string;
  detail: string;
  errors?: InputError[];
  extra?: Record<string, unknown>;
}

function describe(thrown: unknown): Description {
  if (thrown instanceof AppError) {
    const { kind, code, message, details } = thrown;
    return { status: STATUS[kind], code, detail: message, errors: details.errors, extra: details.extra };
  }
  if (thrown instanceof ZodValidationException) return describeValidation(thrown.getZodError() as z.ZodError);
  if (thrown instanceof HttpException) return describeHttp(thrown);
  return describeOther(thrown as { statusCode?: number; message?: string });
}

function describeValidation(error: z.ZodError): Description {
  const owned = serverOwned(error);
  if (owned) return describe(owned);
  const errors = error.issues
    .slice(0, MAX_ERRORS)
    .map((issue) => ({ path: issue.path.join('.'), message: issue.message.slice(0, MAX_MESSAGE) }));
  const first = errors[0];
  const where = first?.path ? `"${first.path}": ` : '';
  return {
    status: 422,
    code: 'validation_failed',
    detail: `The request is not as documented at /docs: ${where}${first?.message ?? 'invalid'}.`,
    errors,
  };
}

/** What Nest, Fastify and Terminus refuse by themselves. */
function describeHttp(error: HttpException): Description {
  const status = error.getStatus();
  const { details } = error.getResponse() as {
    details?: Record<string, { status: string; message?: string }>;
  };
  if (status === 503 && details) return describeUnready(details);
  return describeStatus(status, error.message);
}

function describeUnready(details: Record<string, { status: string; message?: string }>): Description {
  const down = Object.entries(details).filter(([, { status }]) => status === 'down');
  const reasons = down.map(([name, { message }]) => `${name}: ${message ?? 'down'}`);
  return { status: 503, code: 'not_ready', detail: `Not ready. ${reasons.join(' ')}`, extra: { details } };
}

const CODES: Record<number, string> = {
  401: 'unauthorized',
  404: 'route_not_found',
  413: 'body_too_large',
  415: 'unsupported_media_type',
};

const ADVICE: Record<number, string> = {
  404: 'See /docs for what there is.',
  413: 'Send less, or a larger file as an upload.',
};

function describeStatus(status: number, message: string): Description {
  return {
    status,
    code: CODES[status] ?? 'bad_request',
    detail: ADVICE[status] ? `${message.replace(/\.?$/, '.')} ${ADVICE[status]}` : message,
  };
}

/** Fastify's own refusals carry a status below 500; anything else is a bug of ours and tells nothing outside. */
function describeOther({
  statusCode = 500,
  message = '',
}: {
  statusCode?: number;
  message?: string;
}): Description {
  if (statusCode >= 400 && statusCode < 500) return describeStatus(statusCode, message);
  return {
    status: 500,
    code: 'internal_error',
    detail: 'Something broke on our side. Search the log for the request id.',
  };
}
