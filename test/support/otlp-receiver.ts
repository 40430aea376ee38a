import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedSpan {
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  /** Undefined where it has none. */
  parentSpanId: string | undefined;
  /** 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  kind: number;
  links: { traceId: string; spanId: string }[];
  attributes: Record<string, unknown>;
  /** 2 is an error. */
  status: number | undefined;
}

export interface OtlpReceiver {
  url: string;
  requests: { path: string; contentType: string; body: string }[];
  /** Of what came as JSON. */
  spans(): ReceivedSpan[];
  close(): void;
}

/** Takes traces as a collector does. @param answers false: it takes connections, and never says a word. */
export async function startOtlpReceiver(answers = true): Promise<OtlpReceiver> {
  const requests: OtlpReceiver['requests'] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      requests.push({ path: request.url ?? '', contentType: request.headers['content-type'] ?? '', body });
      if (answers) response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    spans: () => requests.flatMap(({ body }) => JSON.parse(body).resourceSpans.flatMap(spansOf)),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function spansOf({ resource, scopeSpans }: any): ReceivedSpan[] {
  const service = valuesOf(resource.attributes)['service.name'] as string;
  return scopeSpans
    .flatMap(({ spans }: any) => spans)
    .map(({ name, traceId, spanId, parentSpanId, kind, links = [], attributes, status }: any) => ({
      service,
      name,
      traceId,
      spanId,
      parentSpanId: parentSpanId || undefined,
      kind,
      links,
      attributes: valuesOf(attributes),
      status: status?.code,
    }));
}

const valuesOf = (attributes: { key: string; value: any }[]): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, valueOf(value)]));

const valueOf = (value: any): unknown =>
  value.arrayValue ? value.arrayValue.values.map(valueOf) : Object.values(value)[0];
