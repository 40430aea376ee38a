import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconPlugConnected } from '@tabler/icons-react';
import { query } from '../../api/client.js';
import { Failure } from '../../ui/answer.js';
import { asCount, asLatency, asUsd } from '../../ui/format.js';

/** One cheap call, to know before a run whether the agent can be asked. */
export function AgentCheck({ agent }: { agent: string }) {
  const check = query.useMutation('post', '/api/v1/agents/{agent}/check');
  const { data } = check;
  return (
    <Stack gap="sm">
      <Group>
        <Button
          variant="default"
          leftSection={<IconPlugConnected size={16} />}
          loading={check.isPending}
          onClick={() => check.mutate({ params: { path: { agent } } })}
        >
          Check the agent
        </Button>
        <Text size="sm" c="dimmed">
          One cheap call; nothing is stored.
        </Text>
      </Group>
      {check.isError && <Failure error={check.error} />}
      {data && (
        <Alert
          role="status"
          color={data.ok ? 'green' : 'red'}
          icon={data.ok ? <IconCheck /> : <IconAlertTriangle />}
          title={data.ok ? 'A run could use it now' : 'A run could not use it now'}
        >
          {data.problems.map(({ code, message }) => (
            <Text size="sm" key={code}>
              {message}
            </Text>
          ))}
          {data.error && (
            <Text size="sm">
              {data.error.message} ({data.error.code}
              {data.error.status !== null && `, status ${data.error.status}`})
            </Text>
          )}
          {data.answer && (
            <>
              <Text size="sm">
                It answered “{data.answer.text}” in {asLatency(data.answer.latency_ms)}, with{' '}
                {asCount(data.answer.input_tokens)} tokens in and {asCount(data.answer.output_tokens)} out.
              </Text>
              <Text size="sm">
                {data.answer.cost_usd === null
                  ? 'What it cost is unknown: there is no price for the model. Set prices in a new version.'
                  : `It cost ${asUsd(data.answer.cost_usd)}.`}
              </Text>
            </>
          )}
        </Alert>
      )}
    </Stack>
  );
}
