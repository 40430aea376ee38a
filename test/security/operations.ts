import type { OpenAPIObject } from '@nestjs/swagger';
import type { Schema } from './fuzz/values.js';

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: Schema;
}

type Content = Record<string, { schema: Schema }>;

/** What the API's document says of one route. */
export interface Operation {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its parameters in braces. */
  path: string;
  /** Whom the route lets in. */
  access?: string;
  parameters: Parameter[];
  requestBody?: { content: Content };
  responses: Record<string, { content?: Content }>;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

export function operationsOf(document: OpenAPIObject): Operation[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    METHODS.filter((method) => operations[method]).map((method) => {
      const operation: any = operations[method];
      return {
        method: method.toUpperCase() as Operation['method'],
        path,
        access: operation['x-permission'],
        parameters: operation.parameters ?? [],
        requestBody: operation.requestBody,
        responses: operation.responses,
      };
    }),
  );
}

export const nameOf = ({ method, path }: Operation): string => `${method} ${path}`;

/** Whether it asks who calls; what the document does not say that about is for everybody too. */
export const isGuarded = ({ access }: Operation): boolean => access !== undefined && access !== 'public';
