import type { OpenAPIObject } from '@nestjs/swagger';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Operation } from './operations.js';

export interface RawAnswer {
  status: number;
  type: string;
  body: string;
}

const PROBLEM = 'application/problem+json';

/** Holds answers to what the API's document says of them. */
export class AnswerCheck {
  private readonly ajv = new Ajv2020({ strict: false });

  constructor(document: OpenAPIObject) {
    addFormats.default(this.ajv);
    this.ajv.addSchema(document, 'api');
  }

  /** @returns what is not as documented, if anything. */
  breachOf({ path, method, responses }: Operation, { status, type, body }: RawAnswer): string | undefined {
    const documented = status in responses ? String(status) : status >= 400 ? 'default' : undefined;
    if (documented === undefined) return `status ${status} is not documented`;
    if (status >= 500 && documented === 'default') return `status ${status}: ${body}`;
    const [mediaType = ''] = type.split(';');
    const { content = {} } = responses[documented] ?? {};
    if (!(mediaType in content))
      return body === '' && Object.keys(content).length === 0
        ? undefined
        : `${status} with a body of type "${type}", but documented are: ${Object.keys(content).join(', ') || 'none'}`;
    if (!/[/+]json$/.test(mediaType)) return undefined;
    const value: any = JSON.parse(body);
    const pointer = [
      'paths',
      path,
      method.toLowerCase(),
      'responses',
      documented,
      'content',
      mediaType,
      'schema',
    ];
    const place = pointer
      .map((step) => encodeURIComponent(step.replace(/~/g, '~0').replace(/\//g, '~1')))
      .join('/');
    const validate = this.ajv.getSchema(`api#/${place}`);
    if (!validate) return `the schema of ${status} cannot be read`;
    if (validate(value) !== true)
      return `${status} is not of the documented shape: ${this.ajv.errorsText(validate.errors)} in ${body}`;
    if (mediaType === PROBLEM && value.status !== status)
      return `${status} with a problem of status ${value.status}`;
    return undefined;
  }
}
