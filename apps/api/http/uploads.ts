import type { MultipartFile } from '@fastify/multipart';
import { applyDecorators, HttpException, Injectable } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiExtraModels, getSchemaPath } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import pLimit from 'p-limit';
import { z } from 'zod';
import { ZodValidationException, type ZodDto } from 'nestjs-zod';
import { AppError, isNestedBeyond, isStorable, messageOf, refuseForbiddenMembers } from '#libs/common';
import { AppConfig } from '#libs/config';
import { MAX_NESTING, tooDeep, unstorable } from './refuse-unstorable.js';

/** How long a client may send nothing in the middle of its file. */
const IDLE_MS = 60_000;

/** Documents a route that `Uploads.receive` serves. @param fields of the options, in words. */
export const ApiUpload = (options: ZodDto, fields: string, example: object) =>
  applyDecorators(
    ApiExtraModels(options),
    ApiConsumes('multipart/form-data'),
    ApiBody({
      schema: {
        type: 'object',
        required: ['options', 'file'],
        properties: {
          options: {
            type: 'string',
            description: `JSON, and the first part: ${fields}`,
            // JSON Schema's, which Nest's types do not know.
            ...{ contentMediaType: 'application/json', contentSchema: { $ref: getSchemaPath(options) } },
            example: JSON.stringify(example),
          },
          file: { type: 'string', format: 'binary' },
        },
      },
    }),
  );

/** Receives multipart uploads: a part `options` (JSON) and then a part `file`, which is streamed. */
@Injectable()
export class Uploads {
  private readonly limit;

  constructor(private readonly config: AppConfig) {
    // An import holds a connection for as long as its client takes to send: slow clients must not hold them all.
    this.limit = pLimit(Math.ceil(config.database.poolSize / 4));
  }

  /**
   * @param store reads the file to its end. It starts when few enough others are under way.
   * @throws AppError when a part is missing, or they come in the other order.
   */
  async receive<T, R>(
    request: FastifyRequest,
    optionsSchema: z.ZodType<T>,
    store: (options: T, bytes: AsyncIterable<Buffer>, name: string) => Promise<R>,
  ): Promise<R> {
    const { options, file } = await readUpload(request, optionsSchema);
    return this.limited(() => store(options, bytesOf(file.file), nameOf(file)));
  }

  /**
   * The text of a form's one file, which is as large as a request's body may be.
   * @throws AppError when there is none, it is larger, or it is not UTF-8.
   */
  async text(request: FastifyRequest): Promise<string> {
    const { bodyLimitBytes } = this.config.server;
    const { file } = await readUpload(request, z.unknown());
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of bytesOf(file.file)) {
      size += chunk.length;
      // Read on, so that the client hears the answer: most send all before they listen.
      if (size <= bodyLimitBytes) chunks.push(chunk);
    }
    if (size > bodyLimitBytes) throw tooLarge('BODY_LIMIT_BYTES');
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
    } catch {
      throw AppError.invalid('not_utf8', `"${nameOf(file)}" is not UTF-8 text. Save it as UTF-8.`);
    }
  }

  /** Begins what holds a connection for as long as somebody else takes, when few enough others are under way. */
  limited<R>(store: () => Promise<R>): Promise<R> {
    return this.limit(store);
  }
}

const nameOf = ({ filename }: MultipartFile): string => filename || 'file';

interface Upload<T> {
  options: T;
  file: MultipartFile;
}

async function readUpload<T>(request: FastifyRequest, optionsSchema: z.ZodType<T>): Promise<Upload<T>> {
  if (!request.isMultipart()) {
    throw AppError.invalid(
      'not_multipart',
      'Send multipart/form-data with a part "options" (JSON) and a part "file".',
    );
  }
  let options: T | undefined;
  try {
    for await (const part of request.parts()) {
      if (part.type === 'file') {
        return { options: options ?? parseOptions('{}', optionsSchema), file: part };
      }
      if (part.fieldname === 'options') options = parseOptions(String(part.value), optionsSchema);
    }
  } catch (error) {
    throw broken(error);
  }
  throw AppError.invalid('file_missing', 'The upload has no part "file".');
}

/** What the multipart parser throws is about the upload; what has a status or a kind already says so itself. */
function broken(error: unknown): unknown {
  if (error instanceof AppError || error instanceof HttpException) return error;
  if ((error as { statusCode?: number }).statusCode !== undefined) return error;
  return AppError.invalid('broken_upload', `The upload cannot be read: ${messageOf(error)}. Send it again.`);
}

function parseOptions<T>(text: string, schema: z.ZodType<T>): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw AppError.invalid('invalid_options', 'The part "options" is not JSON.');
  }
  if (isNestedBeyond(MAX_NESTING, json)) throw tooDeep();
  if (!isStorable(json)) throw unstorable();
  refuseForbiddenMembers(json, 'part "options"');
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new ZodValidationException(parsed.error);
  return parsed.data;
}

/** The file's bytes; ends in an error, and not in silence, where the limit cut it short or its client sends no more. */
export async function* bytesOf(file: MultipartFile['file']): AsyncGenerator<Buffer> {
  let idle: NodeJS.Timeout | undefined;
  const wait = (): void => {
    idle = setTimeout(() => file.destroy(stalled()), IDLE_MS);
  };
  try {
    wait();
    for await (const chunk of file as AsyncIterable<Buffer>) {
      clearTimeout(idle);
      yield chunk;
      wait();
    }
  } catch (error) {
    throw broken(error);
  } finally {
    clearTimeout(idle);
  }
  if (file.truncated) throw tooLarge('UPLOAD_LIMIT_BYTES');
}

const tooLarge = (limit: string): AppError =>
  new AppError(
    'too_large',
    'file_too_large',
    `The file is larger than ${limit} allows; nothing was stored. Split it, or raise the limit.`,
  );

const stalled = (): AppError =>
  AppError.invalid(
    'upload_stalled',
    `Nothing of the file came for ${IDLE_MS / 1000} s, so nothing was stored. Send it again.`,
  );
