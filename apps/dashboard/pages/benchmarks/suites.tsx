import {
  Button,
  Card,
  Group,
  Modal,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Text,
  Title,
} from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { BENCHMARKS } from '../../api/catalogue.js';
import { query } from '../../api/client.js';
import { Answer, Failure } from '../../ui/answer.js';

const DIFFICULTIES = ['mixed', 'easy', 'medium', 'hard'] as const;
type Difficulty = (typeof DIFFICULTIES)[number];

interface Suite {
  name: string;
  title: string;
}

/** Benchmarks that the service makes itself, from a seed. */
export function Suites({ mayMake }: { mayMake: boolean }) {
  const suites = query.useQuery('get', '/api/v1/suites');
  const [suite, setSuite] = useState<Suite>();
  return (
    <Stack component="section" gap="sm">
      <Title order={2} size="h4">
        Built-in suites
      </Title>
      <Text c="dimmed" size="sm">
        Made from a seed: a new one gives fresh questions that no model has seen in training.
      </Text>
      <Answer of={suites}>
        {(all) => (
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
            {all.map(({ name, title, description }) => (
              <Card key={name} withBorder padding="md">
                <Stack gap="xs" h="100%">
                  <Title order={3} size="h5">
                    {title}
                  </Title>
                  <Text size="sm" c="dimmed" flex={1}>
                    {description}
                  </Text>
                  {mayMake && (
                    <Button
                      variant="default"
                      size="xs"
                      onClick={() => setSuite({ name, title })}
                      aria-label={`Make an edition of ${title}`}
                    >
                      Make an edition
                    </Button>
                  )}
                </Stack>
              </Card>
            ))}
          </SimpleGrid>
        )}
      </Answer>
      <Modal opened={suite !== undefined} onClose={() => setSuite(undefined)} title={suite?.title}>
        {suite && <EditionForm suite={suite} />}
      </Modal>
    </Stack>
  );
}

function EditionForm({ suite }: { suite: Suite }) {
  const [seed, setSeed] = useState<number | string>(() => Math.floor(Math.random() * 1e6));
  const [difficulty, setDifficulty] = useState<Difficulty>('mixed');
  const navigate = useNavigate();
  const client = useQueryClient();
  const make = query.useMutation('post', '/api/v1/suites/{suite}/editions', {
    onSuccess: async ({ name }) => {
      await client.invalidateQueries({ queryKey: [BENCHMARKS] });
      await navigate({ to: '/benchmarks/$benchmark', params: { benchmark: name } });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate({ params: { path: { suite: suite.name } }, body: { seed: Number(seed), difficulty } });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <NumberInput
          label="Seed"
          description="The same seed gives the same questions."
          value={seed}
          onChange={setSeed}
          min={0}
          max={2 ** 31 - 1}
          allowDecimal={false}
          required
          data-autofocus
        />
        <Select
          label="Difficulty"
          data={DIFFICULTIES}
          value={difficulty}
          onChange={(value) => setDifficulty(value as Difficulty)}
          allowDeselect={false}
        />
        {make.isError && <Failure error={make.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={make.isPending}>
            Make the edition
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
