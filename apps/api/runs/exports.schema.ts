import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { RESULT_FORMATS } from '#libs/results';

/** `jsonl.gz`: as a compressed file, whatever the client says it accepts. */
export class RunExportQuery extends createZodDto(
  z.strictObject({ format: z.enum(['jsonl', 'jsonl.gz']).default('jsonl') }),
) {}

export class ResultExportQuery extends createZodDto(
  z.strictObject({ format: z.enum(RESULT_FORMATS).default('csv') }),
) {}
