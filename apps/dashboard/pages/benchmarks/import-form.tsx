import {
  Alert,
  Button,
  Group,
  Progress,
  Select,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Failure } from '../../ui/answer.js';
import { DryRunResult } from './dry-run-result.js';
import { FieldMapping } from './field-mapping.js';
import { FirstRows } from './first-rows-table.js';
import type { FileHead } from './first-rows.js';
import { guessKind, guessMapping, KINDS, nameOf, type Kind } from './import-kinds.js';
import { sendImport, type Imported } from './send-import.js';

const SCORERS = ['exact', 'includes', 'numeric', 'multiple_choice'];

/** What a file is, what is to come of it, and what the service says of it. */
export function ImportForm({ file, head }: { file: File; head: FileHead }) {
  const columns = [...new Set(head.rows.flatMap((row) => Object.keys(row)))];
  const [kind, setKind] = useState<Kind>(() => guessKind(file.name, head));
  const [name, setName] = useState(() => nameOf(file.name));
  const [mapping, setMapping] = useState(() => guessMapping(columns));
  const [prompt, setPrompt] = useState('');
  const [scorer, setScorer] = useState('exact');
  const [task, setTask] = useState('');
  const [share, setShare] = useState(0);
  const client = useQueryClient();
  const navigate = useNavigate();
  const settings = JSON.stringify([kind, name, mapping, prompt, scorer, task]);
  const [checked, setChecked] = useState('');
  const send = useMutation({
    mutationFn: (isDryRun: boolean) => {
      setShare(0);
      return sendImport({ file, kind, name, mapping, prompt, scorer, task }, isDryRun, setShare);
    },
    onSuccess: async ({ benchmarks }, isDryRun) => {
      if (isDryRun) return setChecked(settings);
      await client.invalidateQueries();
      await (benchmarks.length === 1 && benchmarks[0]
        ? navigate({ to: '/benchmarks/$benchmark', params: { benchmark: benchmarks[0].name } })
        : navigate({ to: '/benchmarks', search: { q: name } }));
    },
  });
  const isChecked = checked === settings && send.isSuccess;
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Select
          label="What the file is"
          data={Object.entries(KINDS).map(([value, label]) => ({ value, label }))}
          value={kind}
          onChange={(value) => setKind(value as Kind)}
          allowDeselect={false}
        />
        {kind !== 'definition' && (
          <TextInput
            label="Name of the benchmark"
            description="Of an existing one, its next version comes of it."
            inputWrapperOrder={['label', 'input', 'description']}
            value={name}
            onChange={({ currentTarget: { value } }) => setName(value)}
            required
          />
        )}
      </SimpleGrid>
      {head.rows.length > 0 && <FirstRows rows={head.rows} columns={columns} />}
      {kind === 'dataset' && (
        <>
          <FieldMapping columns={columns} mapping={mapping} onChange={setMapping} />
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <Select
              label="How answers are scored"
              description="More scorers and their settings stand in the definition, which can be edited afterwards."
              data={SCORERS}
              value={scorer}
              onChange={(value) => setScorer(value as string)}
              allowDeselect={false}
            />
            <Textarea
              label="Prompt"
              description="A Jinja template, such as “Answer briefly: {{ input }}”. Empty: the input and its choices."
              value={prompt}
              onChange={({ currentTarget: { value } }) => setPrompt(value)}
              autosize
              minRows={1}
            />
          </SimpleGrid>
        </>
      )}
      {kind === 'lm-eval' && (
        <Textarea
          label="YAML of the task"
          description="The file above is its dataset."
          value={task}
          onChange={({ currentTarget: { value } }) => setTask(value)}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          autosize
          minRows={6}
          maxRows={20}
          required
        />
      )}
      {send.isPending && (
        <Stack gap={4} role="status">
          <Progress value={share * 100} aria-label="Upload" />
          <Text size="sm" c="dimmed">
            {share < 1 ? `${Math.floor(share * 100)} % sent` : 'Sent. The service reads every row …'}
          </Text>
        </Stack>
      )}
      {send.isError && <Failure error={send.error} />}
      <Group justify="flex-end">
        <Button variant="default" disabled={send.isPending} onClick={() => send.mutate(true)}>
          Check the file
        </Button>
        <Button disabled={!isChecked || send.isPending} onClick={() => send.mutate(false)}>
          Import
        </Button>
      </Group>
      {isChecked && <Said of={send.data} />}
    </Stack>
  );
}

function Said({ of: { benchmarks, omissions } }: { of: Imported }) {
  return (
    <>
      {omissions.length > 0 && (
        <Alert color="yellow" title="What is not carried over">
          {omissions.map(({ key, reason }) => (
            <Text size="sm" key={`${key} ${reason}`}>
              <b>{key}</b>: {reason}
            </Text>
          ))}
        </Alert>
      )}
      {benchmarks.map((result) => (
        <DryRunResult key={result.name} result={result} />
      ))}
    </>
  );
}
