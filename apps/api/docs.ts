import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { cleanupOpenApiDoc } from 'nestjs-zod';
import { ProblemDto } from './http/problem.js';

/** The OpenAPI document of the API. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const options = new DocumentBuilder()
    .setTitle('AI Benchmark Service')
    .setDescription(
      'Which of your agents is better at your own work, by how much, and is the difference real. Every error is problem+json (RFC 9457).',
    )
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An access token or an API key' })
    .build();
  const document = withPlainNames(
    cleanupOpenApiDoc(withNulls(SwaggerModule.createDocument(app, options, { extraModels: [ProblemDto] }))),
  );
  for (const path of Object.values(document.paths)) {
    for (const method of ['get', 'put', 'post', 'patch', 'delete'] as const) {
      if (path[method]) path[method].responses['default'] = PROBLEM_RESPONSE;
    }
  }
  return document;
}

/**
 * Of what may be null zod says `type: ["string", "null"]`, which Nest takes for an array of strings. nestjs-zod marks the
 * members whose type is not one word.
 */
function withNulls(document: OpenAPIObject): OpenAPIObject {
  for (const schema of Object.values(document.components?.schemas ?? {})) {
    if (!('properties' in schema)) continue;
    for (const member of Object.values(schema.properties ?? {})) {
      if (!('x-nestjs_zod-empty-type' in member) || !('items' in member)) continue;
      const { items, ...rest } = member;
      Object.assign(member, rest, { type: [(items as { type: string }).type, 'null'] });
      delete member.items;
    }
  }
  return document;
}

/** `RunDto_Output` is a matter of the code; clients are generated from this document and call it `Run`. */
function withPlainNames(document: OpenAPIObject): OpenAPIObject {
  const plain = (name: string): string => name.replace(/_Output$/, '').replace(/Dto$/, '');
  const text = JSON.stringify(document).replace(
    /"#\/components\/schemas\/(\w+)"/g,
    (_ref, name: string) => `"#/components/schemas/${plain(name)}"`,
  );
  const renamed = JSON.parse(text) as OpenAPIObject;
  const schemas: NonNullable<OpenAPIObject['components']>['schemas'] = {};
  for (const [name, schema] of Object.entries(renamed.components?.schemas ?? {}))
    schemas[plain(name)] = schema;
  return { ...renamed, components: { ...renamed.components, schemas } };
}

const PROBLEM_RESPONSE = {
  description: 'What went wrong and what to do',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** Swagger UI at /docs, the document at /docs-json. */
export function mountDocs(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app), { jsonDocumentUrl: 'docs-json' });
}
