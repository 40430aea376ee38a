import { Alert, Stack, Text, Title } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import type { Published } from '../../api/types.js';
import { plural } from '../../ui/format.js';
import { MessageList } from './message-list.js';

/** What a dry run answers: what would come of it, and the prompts of the first samples. */
export function DryRunResult({ result }: { result: Published }) {
  const { name, version, sample_count, would_create, prompts = [] } = result;
  return (
    <Stack>
      <Alert color={would_create ? 'green' : 'gray'} icon={<IconCheck />} title="Nothing is wrong with it">
        {would_create
          ? `It would be version ${version} of “${name}”, with ${plural(sample_count, 'sample')} to score.`
          : `It has the content of version ${version} of “${name}”: there is nothing new to publish.`}
      </Alert>
      <Title order={2} size="h5">
        As the first samples are asked
      </Title>
      {prompts.map(({ sample_id, messages }) => (
        <Stack key={sample_id} gap="xs">
          <Text size="sm" fw={600}>
            Sample {sample_id}
          </Text>
          <MessageList messages={messages} />
        </Stack>
      ))}
    </Stack>
  );
}
