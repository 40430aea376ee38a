import { FileInput, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { api } from '../../api/client.js';
import { Failure } from '../../ui/answer.js';
import { asCount } from '../../ui/format.js';

/** The answers of a replay agent. */
export function Recording({ agent }: { agent: string }) {
  const upload = useMutation({
    mutationFn: async (file: File) => {
      const form = new FormData();
      form.append('file', file);
      const { data } = await api.PUT('/api/v1/agents/{agent}/recording', {
        params: { path: { agent } },
        body: form as never,
        bodySerializer: (body: unknown) => body as FormData,
      });
      return data;
    },
  });
  return (
    <Stack gap="xs">
      <FileInput
        label="Recorded answers"
        description='JSONL, a line an answer: {"sample_id": "q1", "epoch": 1, "output": "42"}. Replaces what was there.'
        placeholder="Choose a file"
        accept=".jsonl,.ndjson"
        disabled={upload.isPending}
        onChange={(file) => file && upload.mutate(file)}
      />
      {upload.isError && <Failure error={upload.error} />}
      {upload.isSuccess && <Text role="status">{asCount(upload.data?.answers)} answers are stored.</Text>}
    </Stack>
  );
}
