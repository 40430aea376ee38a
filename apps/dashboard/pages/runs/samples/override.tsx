import { Button, Group, NumberInput, Stack, Text, TextInput, Timeline, Title } from '@mantine/core';
import { useState } from 'react';
import { query } from '../../../api/client.js';
import { useMe } from '../../../api/session.js';
import type { Result } from '../../../api/types.js';
import { Answer, Failure } from '../../../ui/answer.js';
import { asDate, asPercent } from '../../../ui/format.js';
import { readRunAgain } from '../run/use-run-progress.js';

const pathOf = ({ run_id, entry_id, sample_id }: Result) => ({ run_id, entry_id, sample_id });

interface OverrideProps {
  result: Result;
  mayWrite: boolean;
}

/** The score set by hand, taken back, and how it came to be what it is. */
export function Override({ result, mayWrite }: OverrideProps) {
  const history = query.useQuery('get', '/api/v1/results/{run_id}/{entry_id}/{sample_id}/overrides', {
    params: { path: pathOf(result), query: { epoch: result.epoch, limit: 100 } },
  });
  const hasAnswer = result.outcome === 'scored' || result.outcome === 'unscored';
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">
        Score by hand
      </Title>
      <Answer of={history}>
        {({ items }) =>
          items.length === 0 ? (
            <Text size="sm" c="dimmed">
              The score is the scorers’ own.
            </Text>
          ) : (
            <Timeline bulletSize={14} lineWidth={2}>
              {items.map(({ revision, kind, score, reason, author, created_at, former }) => (
                <Timeline.Item
                  key={revision}
                  title={`${asPercent(former.score)} → ${asPercent(score)}${kind === 'restored' ? ', put back' : ''}`}
                >
                  <Text size="sm">{reason}</Text>
                  <Text size="xs" c="dimmed">
                    {author ?? 'Somebody'}, {asDate(created_at)}
                  </Text>
                </Timeline.Item>
              ))}
            </Timeline>
          )
        }
      </Answer>
      {mayWrite && hasAnswer && <Form key={String(result.overridden)} result={result} />}
    </Stack>
  );
}

function Form({ result }: { result: Result }) {
  const me = useMe();
  const [score, setScore] = useState<number | string>('');
  const [reason, setReason] = useState('');
  const after = {
    onSuccess: async () => {
      setScore('');
      setReason('');
      await readRunAgain();
    },
  };
  const path = '/api/v1/results/{run_id}/{entry_id}/{sample_id}/override';
  const set = query.useMutation('post', path, after);
  const restore = query.useMutation('delete', path, after);
  const note = { epoch: result.epoch, reason: reason.trim(), ...(me.user && { author: me.user.name }) };
  const error = set.error ?? restore.error;
  return (
    <details>
      <summary>Change the score</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          set.mutate({ params: { path: pathOf(result) }, body: { ...note, score: Number(score) / 100 } });
        }}
      >
        <Stack gap="xs" mt="xs">
          <Group gap="xs" grow preventGrowOverflow={false}>
            <NumberInput label="Score" suffix="%" min={0} max={100} value={score} onChange={setScore} />
            <TextInput
              label="Why"
              required
              maxLength={2000}
              value={reason}
              onChange={({ currentTarget }) => setReason(currentTarget.value)}
            />
          </Group>
          {error !== null && <Failure error={error} />}
          <Group gap="xs">
            <Button
              type="submit"
              size="xs"
              variant="default"
              disabled={score === '' || !reason.trim()}
              loading={set.isPending}
            >
              Set the score
            </Button>
            {result.overridden && (
              <Button
                size="xs"
                variant="subtle"
                disabled={!reason.trim()}
                loading={restore.isPending}
                onClick={() => restore.mutate({ params: { path: pathOf(result), query: note } })}
              >
                Put the scorers’ own back
              </Button>
            )}
          </Group>
          <Text size="xs" c="dimmed">
            It counts in all figures of the run from then on. What was there before stays in the history.
          </Text>
        </Stack>
      </form>
    </details>
  );
}
