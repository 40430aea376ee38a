import type { Type } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';

/** Documents that the same content as what is here already answers 200 with that; so does a rehearsal. */
export const ApiSameContent = (dto: { Output: unknown }): MethodDecorator & ClassDecorator =>
  ApiOkResponse({ description: 'Nothing was created', type: dto.Output as Type });

/** Documents an answer that is a file, or a stream, in one of these media types. */
export const ApiFile = (...mediaTypes: string[]): MethodDecorator & ClassDecorator =>
  ApiOkResponse({
    content: Object.fromEntries(
      mediaTypes.map((type) => [
        type,
        { schema: type === 'application/json' ? {} : { type: 'string' as const, format: 'binary' } },
      ]),
    ),
  });
