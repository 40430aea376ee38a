import { Anchor, Badge, Button, Modal, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { query } from '../../../api/client.js';
import { useMay } from '../../../api/session.js';
import type { Run } from '../../../api/types.js';
import { Answer } from '../../../ui/answer.js';
import { asCount, asDate, asPercent, NONE } from '../../../ui/format.js';
import { isActive, RunStatusBadge } from '../../../ui/run-status.js';
import { Section } from '../../../ui/section.js';
import { NewScoreSet } from './new-score-set.js';

/** The outputs of a run scored anew, without asking an agent again. */
export function ScoreSets({ run }: { run: Run }) {
  const [opened, { open, close }] = useDisclosure();
  const mayScore = useMay('results:write');
  const sets = query.useQuery(
    'get',
    '/api/v1/runs/{run_id}/score-sets',
    { params: { path: { run_id: run.id }, query: { limit: 100 } } },
    {
      refetchInterval: ({ state: { data } }) =>
        data?.items.some(({ status }) => isActive(status)) ? 3000 : false,
    },
  );
  return (
    <Section
      title="Score sets"
      lead="Other scorers over the same outputs. No agent is asked again, and the run's own scores stay."
      actions={
        mayScore && (
          <Button size="compact-sm" variant="light" leftSection={<IconPlus size={14} />} onClick={open}>
            Score anew
          </Button>
        )
      }
    >
      <Answer of={sets}>
        {({ items }) =>
          items.length === 0 ? (
            <Text size="sm" c="dimmed">
              These outputs were scored once.
            </Text>
          ) : (
            <Table.ScrollContainer minWidth={640} type="native" tabIndex={0}>
              <Table>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Name</Table.Th>
                    <Table.Th>Status</Table.Th>
                    <Table.Th>Agents: before, now</Table.Th>
                    <Table.Th>Changed samples</Table.Th>
                    <Table.Th>Created</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {items.map((set) => (
                    <Table.Tr key={set.id}>
                      <Table.Td>
                        <Anchor component={Link} to={`/runs/${set.id}`} size="sm">
                          {set.name}
                        </Anchor>
                        {set.reason !== null && (
                          <Text size="xs" c="dimmed">
                            {set.reason}
                          </Text>
                        )}
                      </Table.Td>
                      <Table.Td>
                        <RunStatusBadge status={set.status} />{' '}
                        {set.outdated && (
                          <Badge variant="light" color="yellow" title="The run went on since">
                            outdated
                          </Badge>
                        )}
                      </Table.Td>
                      <Table.Td>
                        {set.entries.map(({ id, agent, original, rescored }) => (
                          <div key={id}>
                            {agent.name}: {asPercent(original?.score)} → {asPercent(rescored?.score)}
                          </div>
                        ))}
                      </Table.Td>
                      <Table.Td>
                        {set.entries.map(({ id, changes }) => (
                          <div key={id}>
                            {changes
                              ? `${asCount(changes.raised)} raised, ${asCount(changes.lowered)} lowered`
                              : NONE}
                          </div>
                        ))}
                      </Table.Td>
                      <Table.Td>{asDate(set.created_at)}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )
        }
      </Answer>
      <Modal
        opened={opened}
        onClose={close}
        title="Score these outputs anew"
        size="lg"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack>
          <NewScoreSet run={run} onDone={close} />
        </Stack>
      </Modal>
    </Section>
  );
}
