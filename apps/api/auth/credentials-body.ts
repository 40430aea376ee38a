import { BadRequestException, Body, type PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { serverOwned } from '#libs/common';

/** A body that somebody proves themselves by. What is malformed in it is 400, and none of it is repeated. */
export const CredentialsBody = (schema: z.ZodType): ParameterDecorator => Body(new CredentialsPipe(schema));

class CredentialsPipe implements PipeTransform {
  constructor(private readonly schema: z.ZodType) {}

  transform(body: unknown): unknown {
    const { success, data, error } = this.schema.safeParse(body);
    if (success) return data;
    const owned = serverOwned(error);
    if (owned) throw owned;
    const [issue] = error.issues;
    throw new BadRequestException(
      `The request is not as documented at /docs: "${issue?.path.join('.') || 'body'}": ${issue?.message}.`,
    );
  }
}
