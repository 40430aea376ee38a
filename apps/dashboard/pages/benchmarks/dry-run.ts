import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.js';
import type { Published } from '../../api/types.js';

/** Sends a definition file as it stands. @throws ProblemError with what is wrong, by line. */
export async function sendDefinition(text: string, isDryRun: boolean): Promise<Published> {
  const { data } = await api.POST('/api/v1/benchmarks', {
    params: { query: { dry_run: isDryRun ? 'true' : 'false' } },
    headers: { 'content-type': 'application/yaml' },
    body: text as never,
    bodySerializer: (body: unknown) => body as string,
  });
  return data as Published;
}

/** What the service would make of a file. The last answer stays until there is one for what is there now. */
export const useDryRun = (text: string) =>
  useQuery({
    queryKey: ['dry run', text],
    queryFn: () => sendDefinition(text, true),
    enabled: text.trim() !== '',
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 0,
  });
