import type { MultipartFile } from '@fastify/multipart';
import { HttpException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ZodValidationException } from 'nestjs-zod';
import { AppError, isStorable, messageOf } from '#libs/common';
import { unstorable } from './refuse-unstorable.js';

export interface Upload<T> {
  options: T;
  file: MultipartFile;
}

/**
 * Reads a multipart upload: a part `options` (JSON) and then a part `file`, which is not read here but streamed.
 * @throws AppError when a part is missing or they come in the other order.
 */
export async function readUpload<T>(
  request: FastifyRequest,
  optionsSchema: z.ZodType<T>,
): Promise<Upload<T>> {
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
  if (!isStorable(json)) throw unstorable();
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new ZodValidationException(parsed.error);
  return parsed.data;
}

/** The file's bytes; ends in an error, and not in silence, where the limit cut it short. */
export async function* bytesOf(file: MultipartFile): AsyncGenerator<Buffer> {
  try {
    yield* file.file as AsyncIterable<Buffer>;
  } catch (error) {
    throw broken(error);
  }
  if (file.file.truncated) {
    throw new AppError(
      'too_large',
      'file_too_large',
      'The file is larger than UPLOAD_LIMIT_BYTES allows; nothing was stored. Split it, or raise the limit.',
    );
  }
}
