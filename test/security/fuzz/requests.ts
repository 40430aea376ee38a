import fc from 'fast-check';
import type { Fixture } from '../fixture.js';
import type { Operation, Parameter } from '../operations.js';
import { damaged, forgedCredentials, hostileBody, hostileText, hostileType } from './hostile.js';
import { Values, type Schema } from './values.js';

export interface MadeUpRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  payload?: string;
  /** It proves in no way who it is from: nobody may let it in. */
  unsigned?: true;
}

const BOUNDARY = 'fuzz-boundary';
const MULTIPART = 'multipart/form-data';

/** Makes up requests of an operation, from what the API's document says of it. */
export class Requests {
  private readonly values: Values;

  constructor(
    schemas: Record<string, Schema>,
    private readonly fixture: Fixture,
  ) {
    this.values = new Values(schemas, fixture.known);
  }

  of(operation: Operation): fc.Arbitrary<MadeUpRequest> {
    const valid = this.valid(operation);
    const unsigned = fc
      .tuple(valid, fc.oneof(forgedCredentials, hostileText))
      .map(([request, authorization]) => ({
        ...withHeader(request, 'authorization', authorization),
        unsigned: true as const,
      }));
    return fc.oneof(
      { weight: 10, arbitrary: valid },
      { weight: 10, arbitrary: this.invalid(operation, valid) },
      { weight: 1, arbitrary: unsigned },
    );
  }

  private valid(operation: Operation): fc.Arbitrary<MadeUpRequest> {
    return fc
      .tuple(
        this.parameters(operation, 'path'),
        this.parameters(operation, 'query'),
        this.parameters(operation, 'header'),
        this.body(operation),
      )
      .map(([path, query, headers, body]) => ({
        method: operation.method,
        url: urlOf(operation, path, new URLSearchParams(query)),
        ...body,
        headers: { ...headers, ...body.headers },
      }));
  }

  private invalid(operation: Operation, valid: fc.Arbitrary<MadeUpRequest>): fc.Arbitrary<MadeUpRequest> {
    const names = namesOf(operation, 'query');
    const ways: fc.Arbitrary<MadeUpRequest>[] = [
      fc
        .tuple(valid, fc.constantFrom('limit', 'cursor', 'extra', '__proto__', ...names), hostileText)
        .map(([request, name, value]) => withQuery(request, `${name}=${encoded(value)}`)),
      fc
        .tuple(
          valid,
          fc.constantFrom('%', '%E0%A4%A', '%00', 'limit=1&limit=2', 'limit[]=1', 'limit[a]=1', '&=&'),
        )
        .map(([request, query]) => withQuery(request, query)),
      fc
        .tuple(
          valid,
          fc.constantFrom('idempotency-key', 'x-request-id', 'accept', 'host', 'sec-fetch-site', 'cookie'),
          hostileText,
        )
        .map(([request, name, value]) => withHeader(request, name, value)),
    ];
    if (namesOf(operation, 'path').length > 0) ways.push(this.strayPath(operation, valid));
    const sent = Object.keys(operation.requestBody?.content ?? {});
    if (sent.length > 0) {
      ways.push(
        fc.tuple(valid, hostileBody).map(([request, payload]) => ({ ...request, payload })),
        fc.tuple(valid, hostileType).map(([request, type]) => withType(request, type)),
        fc.tuple(valid, hostileType, hostileBody).map(([request, type, payload]) => ({
          ...withType(request, type),
          payload,
        })),
      );
      const damage = sent.includes('application/json')
        ? damaged(this.json(operation)).map((body) => jsonBody(body))
        : this.brokenForm(operation);
      for (let weight = 0; weight < 5; weight++)
        ways.push(
          fc.tuple(valid, damage).map(([request, { headers, payload }]) => ({
            ...request,
            headers: { ...request.headers, ...headers },
            ...(payload !== undefined && { payload }),
          })),
        );
    } else {
      ways.push(
        fc.tuple(valid, hostileType, hostileBody).map(([request, type, payload]) => ({
          ...withType(request, type),
          payload,
        })),
      );
    }
    return fc.oneof(...ways);
  }

  private strayPath(operation: Operation, valid: fc.Arbitrary<MadeUpRequest>): fc.Arbitrary<MadeUpRequest> {
    const names = namesOf(operation, 'path');
    return fc
      .tuple(this.parameters(operation, 'path'), valid, fc.constantFrom(...names), hostileText)
      .map(([path, request, name, value]) => ({
        ...request,
        url: urlOf(operation, { ...path, [name]: value }, new URLSearchParams(request.url.split('?')[1])),
      }));
  }

  /** By name, as text; what may be left out is left out half of the time. */
  private parameters(operation: Operation, place: Parameter['in']): fc.Arbitrary<Record<string, string>> {
    const wanted = operation.parameters.filter((parameter) => parameter.in === place);
    return fc
      .record(
        Object.fromEntries(
          wanted.map(({ name, schema }) => [name.toLowerCase(), this.values.of(schema, name).map(String)]),
        ),
        { requiredKeys: wanted.filter(({ required }) => required).map(({ name }) => name.toLowerCase()) },
      )
      .map((values) => ({ ...values }));
  }

  private body(operation: Operation): fc.Arbitrary<Pick<MadeUpRequest, 'headers' | 'payload'>> {
    const content = operation.requestBody?.content;
    if (!content) return fc.constant({ headers: {} });
    if (content['application/json']) return this.json(operation).map(jsonBody);
    return fc
      .tuple(this.options(operation), fc.constantFrom(...this.fixture.files))
      .map(([options, file]) => form([part('options', JSON.stringify(options)), filePart(file)]));
  }

  private json(operation: Operation): fc.Arbitrary<unknown> {
    const schema = this.values.resolve(operation.requestBody?.content['application/json']?.schema ?? {});
    return this.exemplary(schema, schema.examples ?? []);
  }

  private options(operation: Operation): fc.Arbitrary<unknown> {
    const { properties } = operation.requestBody?.content[MULTIPART]?.schema ?? {};
    const { example = '{}', contentSchema = { const: {} } } = properties?.['options'] ?? {};
    return this.exemplary(this.values.resolve(contentSchema), [JSON.parse(example)]);
  }

  /** An example of the document, one made by the schema, or something of both. */
  private exemplary(schema: Schema, documented: unknown[]): fc.Arbitrary<unknown> {
    const made = this.values.of(schema);
    const examples = documented.map((example) => this.settled(example));
    if (examples.length === 0) return made;
    const example = fc.constantFrom(...examples);
    const ours = this.values.of({ ...schema, required: [] });
    return fc.oneof(
      made,
      example,
      fc
        .tuple(example, ours, fc.nat())
        .map(([base, more, which]) => ({ ...(base as object), ...someOf(more as object, which) })),
    );
  }

  /** The example with members that name what there is here. */
  private settled(example: unknown): unknown {
    const settle = (name: string, value: unknown): unknown => {
      const known = this.fixture.known[name];
      if (typeof value === 'string' && known) return known[0];
      return Array.isArray(value) && known ? known : value;
    };
    return JSON.parse(JSON.stringify(example), settle);
  }

  private brokenForm(operation: Operation): fc.Arbitrary<Pick<MadeUpRequest, 'headers' | 'payload'>> {
    const file = fc.oneof(fc.constantFrom(...this.fixture.files), hostileBody, fc.string({ unit: 'binary' }));
    const options = fc.oneof(
      damaged(this.options(operation)).map((value) => JSON.stringify(value) ?? ''),
      hostileBody,
    );
    return fc.tuple(options, file, fc.nat(7)).map(([options, file, way]) => {
      const [first, second] = [part('options', options), filePart(file)];
      if (way === 0) return form([second]);
      if (way === 1) return form([first]);
      if (way === 2) return form([second, first]);
      if (way === 3) return form([]);
      const whole = form([first, second, ...(way === 4 ? [second] : [])]);
      return way === 5 ? { ...whole, payload: whole.payload.slice(0, -20) } : whole;
    });
  }
}

const namesOf = ({ parameters }: Operation, place: string): string[] =>
  parameters.filter((parameter) => parameter.in === place).map(({ name }) => name);

/** Half of a surrogate pair is what no URL can hold. */
const encoded = (value: string): string => encodeURIComponent(value.toWellFormed());

function urlOf({ path }: Operation, values: Record<string, string>, query: URLSearchParams): string {
  // An empty segment, or one of dots, would be another route.
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encoded(values[name] ?? '').replace(/^\.*$/, '-'),
  );
  return query.size > 0 ? `${filled}?${query.toString()}` : filled;
}

const withQuery = (request: MadeUpRequest, query: string): MadeUpRequest => ({
  ...request,
  url: `${request.url}${request.url.includes('?') ? '&' : '?'}${query}`,
});

/** What no client can send is no case: Node refuses it before our code. */
const withHeader = (request: MadeUpRequest, name: string, value: string): MadeUpRequest => ({
  ...request,
  headers: { ...request.headers, [name]: value.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?') },
});

const withType = (request: MadeUpRequest, type: string): MadeUpRequest => ({
  ...request,
  headers: { ...request.headers, 'content-type': type },
});

const jsonBody = (body: unknown) => ({
  headers: { 'content-type': 'application/json' },
  payload: JSON.stringify(body) ?? '',
});

const part = (name: string, text: string): string =>
  `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`;

const filePart = (text: string): string =>
  `--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\n${text}\r\n`;

const form = (parts: string[]) => ({
  headers: { 'content-type': `${MULTIPART}; boundary=${BOUNDARY}` },
  payload: `${parts.join('')}--${BOUNDARY}--\r\n`,
});

/** Some of the members: the bits of `which` say which. */
const someOf = (value: object, which: number): object =>
  Object.fromEntries(Object.entries(value).filter((_, i) => (which >> (i % 31)) & 1));
