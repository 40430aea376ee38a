import { Code, List, Text } from '@mantine/core';
import { query } from '../../api/client.js';
import { useMay } from '../../api/session.js';

const KEYS: Record<string, string> = { openai: 'OPENAI_API_KEY', anthropic: 'ANTHROPIC_API_KEY' };

/** Which secrets of the workspace an agent of this adapter can use, by name. */
export function SecretNames({ adapter }: { adapter: string }) {
  const maySee = useMay('secret:write');
  const secrets = query.useQuery(
    'get',
    '/api/v1/secrets',
    { params: { query: { limit: 100 } } },
    { enabled: maySee },
  );
  const key = KEYS[adapter];
  if (adapter !== 'http' && key === undefined) return null;
  const fitting = secrets.data?.items.filter(({ name }) => key === undefined || name === key) ?? [];
  return (
    <div>
      <Text size="sm" c="dimmed">
        {key === undefined
          ? 'Headers take a secret of the workspace by its name: {"secret": "NAME"}. It goes to its origin alone.'
          : `It is called with the workspace's secret ${key}, or else with the operator's key.`}
        {maySee && secrets.isSuccess && fitting.length === 0 && ' The workspace has no such secret yet.'}
      </Text>
      <List size="sm">
        {fitting.map(({ name, origin }) => (
          <List.Item key={name}>
            <Code>{name}</Code> for {origin}
          </List.Item>
        ))}
      </List>
    </div>
  );
}
