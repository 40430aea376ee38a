import { ActionIcon, Button, Group, NumberInput, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { query, queryClient } from '../../../api/client.js';
import { useMe } from '../../../api/session.js';
import type { Result } from '../../../api/types.js';
import { Answer, Failure } from '../../../ui/answer.js';
import { asDate, asPercent } from '../../../ui/format.js';

const PATH = '/api/v1/runs/{run_id}/labels';

const readAgain = () => queryClient.invalidateQueries({ queryKey: ['get', PATH] });

interface LabelsProps {
  result: Result;
  mayWrite: boolean;
}

/** What people think of a trial. */
export function Labels({ result, mayWrite }: LabelsProps) {
  const { run_id, entry_id, sample_id, epoch } = result;
  const labels = query.useQuery('get', PATH, {
    params: { path: { run_id }, query: { agent: entry_id, sample_id, limit: 100 } },
  });
  const remove = query.useMutation('delete', '/api/v1/runs/{run_id}/labels/{label_id}', {
    onSuccess: readAgain,
  });
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">
        Labels
      </Title>
      <Answer of={labels}>
        {({ items }) => {
          const shown = items.filter((label) => label.epoch === epoch);
          return shown.length === 0 ? (
            <Text size="sm" c="dimmed">
              Nobody has said yet what they think of this answer.
            </Text>
          ) : (
            shown.map((label) => (
              <Group key={label.id} gap="xs" wrap="nowrap" align="flex-start">
                <Text size="sm" flex={1} style={{ overflowWrap: 'anywhere' }}>
                  <b>{label.rater}</b>: {label.value !== null && asPercent(label.value)} {label.category}
                  {label.scorer !== null && ` (${label.scorer})`} {label.note}
                  <Text span size="xs" c="dimmed">
                    {' '}
                    {asDate(label.updated_at)}
                  </Text>
                </Text>
                {mayWrite && (
                  <ActionIcon
                    variant="subtle"
                    color="red"
                    aria-label={`Delete the label of ${label.rater}`}
                    loading={remove.isPending}
                    onClick={() => remove.mutate({ params: { path: { run_id, label_id: label.id } } })}
                  >
                    <IconTrash size={16} />
                  </ActionIcon>
                )}
              </Group>
            ))
          );
        }}
      </Answer>
      {remove.isError && <Failure error={remove.error} />}
      {mayWrite && <NewLabel result={result} />}
    </Stack>
  );
}

function NewLabel({ result }: { result: Result }) {
  const me = useMe();
  const [rater, setRater] = useState(me.user?.email ?? '');
  const [scorer, setScorer] = useState<string | null>(null);
  const [value, setValue] = useState<number | string>('');
  const [category, setCategory] = useState('');
  const [note, setNote] = useState('');
  const add = query.useMutation('post', PATH, {
    onSuccess: async () => {
      setValue('');
      setCategory('');
      setNote('');
      await readAgain();
    },
  });
  const { run_id, entry_id, sample_id, epoch } = result;
  const isSaid = value !== '' || category.trim() !== '';
  return (
    <details>
      <summary>Add a label</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const label = {
            agent: entry_id,
            sample_id,
            epoch,
            rater: rater.trim(),
            ...(scorer !== null && { scorer }),
            ...(value !== '' && { value: Number(value) / 100 }),
            ...(category.trim() && { category: category.trim() }),
            ...(note.trim() && { note: note.trim() }),
          };
          add.mutate({ params: { path: { run_id } }, body: { labels: [label] } });
        }}
      >
        <Stack gap="xs" mt="xs">
          <Group gap="xs" grow align="flex-start" preventGrowOverflow={false}>
            <TextInput
              label="Who says so"
              required
              value={rater}
              onChange={({ currentTarget }) => setRater(currentTarget.value)}
            />
            <NumberInput label="Score" suffix="%" min={0} max={100} value={value} onChange={setValue} />
            <TextInput
              label="In words"
              placeholder="made up"
              value={category}
              onChange={({ currentTarget }) => setCategory(currentTarget.value)}
            />
          </Group>
          <Group gap="xs" grow preventGrowOverflow={false}>
            <Select
              label="Of"
              placeholder="The trial’s score"
              data={Object.keys(result.scores ?? {})}
              value={scorer}
              onChange={setScorer}
              clearable
              clearButtonProps={{ 'aria-label': 'Of the trial’s score' }}
            />
            <TextInput
              label="Note"
              value={note}
              onChange={({ currentTarget }) => setNote(currentTarget.value)}
            />
          </Group>
          {add.isError && <Failure error={add.error} />}
          <Group>
            <Button type="submit" size="xs" variant="default" disabled={!isSaid} loading={add.isPending}>
              Add label
            </Button>
            <Text size="xs" c="dimmed">
              A score, words or both. An earlier label of the same person is replaced.
            </Text>
          </Group>
        </Stack>
      </form>
    </details>
  );
}
