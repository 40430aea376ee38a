import { query } from '../../../api/client.js';

export const useTranscript = (runId: string, entryId: string, sampleId: string, epoch: number) =>
  query.useQuery('get', '/api/v1/results/{run_id}/{entry_id}/{sample_id}/transcript', {
    params: { path: { run_id: runId, entry_id: entryId, sample_id: sampleId }, query: { epoch } },
  });
