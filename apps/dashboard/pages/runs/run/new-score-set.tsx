import { Anchor, Button, JsonInput, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { query } from '../../../api/client.js';
import type { Run } from '../../../api/types.js';
import { Answer, Failure } from '../../../ui/answer.js';
import { readRunAgain } from './use-run-progress.js';

interface NewScoreSetProps {
  run: Run;
  onDone: () => void;
}

/** Begins with the scoring that the run had. */
export function NewScoreSet({ run, onDone }: NewScoreSetProps) {
  const { name: benchmark, version } = run.benchmark;
  const of = query.useQuery('get', '/api/v1/benchmarks/{benchmark}/versions/{version}', {
    params: { path: { benchmark, version: String(version) } },
  });
  return (
    <Answer of={of}>
      {({ definition }) => (
        <Form run={run} onDone={onDone} scoring={JSON.stringify(definition['scoring'], null, 2)} />
      )}
    </Answer>
  );
}

function Form({ run, onDone, scoring }: NewScoreSetProps & { scoring: string }) {
  const [name, setName] = useState('');
  const [reason, setReason] = useState('');
  const [text, setText] = useState(scoring);
  const create = query.useMutation('post', '/api/v1/runs/{run_id}/score-sets', {
    onSuccess: async () => {
      onDone();
      await readRunAgain();
    },
  });
  const parsed = parse(text);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate({
          params: { path: { run_id: run.id } },
          body: {
            name: name.trim(),
            ...(reason.trim() && { reason: reason.trim() }),
            scoring: parsed as never,
          },
        });
      }}
    >
      <Stack>
        <TextInput
          label="Name"
          description="Each once for a run"
          required
          maxLength={100}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <TextInput
          label="Why"
          maxLength={2000}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
        <JsonInput
          label="Scoring"
          description={
            <>
              Extractions and scorers in JSON, as in a benchmark. See NewScoreSet in the{' '}
              <Anchor href="/docs" size="xs" underline="always">
                API reference
              </Anchor>
              .
            </>
          }
          autosize
          minRows={8}
          maxRows={20}
          value={text}
          onChange={setText}
          error={parsed === undefined && 'This is no JSON'}
          spellCheck={false}
        />
        {create.isError && <Failure error={create.error} />}
        <Button type="submit" disabled={parsed === undefined || !name.trim()} loading={create.isPending}>
          Score anew
        </Button>
      </Stack>
    </form>
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
