import { answerOf, type Api } from './client.js';
import type { RunProgress } from './types.js';

/** The progress of a run as the server tells it, until the server ends the stream. */
export async function* progressEvents(
  api: Api,
  runId: string,
  signal: AbortSignal | null = null,
): AsyncGenerator<RunProgress> {
  const stream = (await answerOf(
    api.GET('/api/v1/runs/{run_id}/events', {
      params: { path: { run_id: runId } },
      parseAs: 'stream',
      signal,
    }),
  )) as unknown as ReadableStream<Uint8Array>;
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    const events = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      const data = event
        .split('\n')
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice('data:'.length).trim());
      if (event.includes('event: progress')) yield JSON.parse(data.join('\n')) as RunProgress;
    }
  }
}
