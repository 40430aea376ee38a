import { Anchor, Button, Code, Group, Stack, Table, Title } from '@mantine/core';
import { IconEdit, IconPlayerPlay } from '@tabler/icons-react';
import { Link, useParams } from '@tanstack/react-router';
import { stringify } from 'yaml';
import { useAgentVersions } from '../../api/catalogue.js';
import { query } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import type { Agent } from '../../api/types.js';
import { Answer } from '../../ui/answer.js';
import { asDate } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { AgentCheck } from './agent-check.js';
import { Recording } from './recording.js';

export function AgentPage() {
  const { agent: reference } = useParams({ from: '/shell/agents/$agent' });
  const agent = query.useQuery('get', '/api/v1/agents/{agent}', { params: { path: { agent: reference } } });
  return <Answer of={agent}>{(data) => <Loaded key={data.id} agent={data} />}</Answer>;
}

function Loaded({ agent }: { agent: Agent }) {
  const { name, version, adapter, model, settings, created_at } = agent;
  const mayWrite = useMay('agent:write');
  const mayRun = useMay('run:write');
  return (
    <Page
      title={name}
      lead={`Version ${version}: ${adapter}, ${model}, created ${asDate(created_at)}`}
      actions={
        <>
          {mayWrite && (
            <Button
              variant="default"
              leftSection={<IconEdit size={16} />}
              renderRoot={(props) => (
                <Link to="/agents/new" search={{ from: `${name}@${version}` }} {...props} />
              )}
            >
              New version
            </Button>
          )}
          {mayRun && (
            <Button
              leftSection={<IconPlayerPlay size={16} />}
              renderRoot={(props) => (
                <Link to="/runs/new" search={{ agents: `${name}@${version}` }} {...props} />
              )}
            >
              Start a run
            </Button>
          )}
        </>
      }
    >
      {mayWrite && <AgentCheck agent={agent.id} />}
      {mayWrite && adapter === 'replay' && <Recording agent={agent.id} />}
      <Stack gap="xs">
        <Title order={2} size="h4">
          Settings
        </Title>
        <Code block tabIndex={0} role="region" aria-label="Settings">
          {Object.keys(settings).length === 0 ? 'The defaults of the adapter' : stringify(settings)}
        </Code>
      </Stack>
      <Versions name={name} shown={version} />
    </Page>
  );
}

function Versions({ name, shown }: { name: string; shown: number }) {
  const all = useAgentVersions();
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        Versions
      </Title>
      <Answer of={all}>
        {(agents) => (
          <Table.ScrollContainer minWidth={420}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Version</Table.Th>
                  <Table.Th>Adapter</Table.Th>
                  <Table.Th>Model</Table.Th>
                  <Table.Th>Created</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {agents
                  .filter((agent) => agent.name === name)
                  .map(({ version, adapter, model, created_at }) => (
                    <Table.Tr key={version} aria-current={version === shown}>
                      <Table.Td>
                        <Group gap={4}>
                          <Anchor
                            renderRoot={(props) => (
                              <Link to="/agents/$agent" params={{ agent: `${name}@${version}` }} {...props} />
                            )}
                          >
                            {version}
                          </Anchor>
                          {version === shown && '(shown)'}
                        </Group>
                      </Table.Td>
                      <Table.Td>{adapter}</Table.Td>
                      <Table.Td>{model}</Table.Td>
                      <Table.Td>{asDate(created_at)}</Table.Td>
                    </Table.Tr>
                  ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Answer>
    </Stack>
  );
}
