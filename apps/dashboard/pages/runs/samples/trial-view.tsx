import { Alert, Badge, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { query } from '../../../api/client.js';
import { useMay } from '../../../api/session.js';
import type { Result, Run, RunSampleDetail } from '../../../api/types.js';
import { Answer, Empty } from '../../../ui/answer.js';
import { asCount, asLatency, asPercent, asUsd, NONE } from '../../../ui/format.js';
import { Section } from '../../../ui/section.js';
import { Conversation } from './conversation.js';
import { Labels } from './labels.js';
import { LongText } from './long-text.js';
import { Override } from './override.js';
import { Scores } from './scores.js';
import { useTranscript } from './use-transcript.js';
import { Verdicts } from './verdicts.js';

interface TrialViewProps {
  run: Run;
  sampleId: string;
  entry: RunSampleDetail['entries'][number];
  epoch: number;
}

/** One trial: what was asked and answered, what it took, and what was thought of it. */
export function TrialView({ run, sampleId, entry, epoch }: TrialViewProps) {
  const results = query.useQuery('get', '/api/v1/results', {
    params: { query: { run_id: run.id, sample_id: sampleId, agent: entry.entry_id, limit: 100 } },
  });
  return (
    <Section title={entry.agent}>
      <Answer of={results}>
        {({ items }) => {
          const result = items.find((one) => one.epoch === epoch);
          return result ? (
            <Trial run={run} result={result} all={items} />
          ) : (
            <Empty>This agent has no trial of epoch {epoch} yet.</Empty>
          );
        }}
      </Answer>
    </Section>
  );
}

function Trial({ run, result, all }: { run: Run; result: Result; all: Result[] }) {
  const transcript = useTranscript(run.id, result.entry_id, result.sample_id, result.epoch);
  const mayScore = useMay('results:write');
  const figures = [
    ['Latency', asLatency(result.latency_ms)],
    ['First token', asLatency(result.ttft_ms)],
    ['Tokens in', asCount(result.input_tokens)],
    ['Tokens out', asCount(result.output_tokens)],
    ['Cost', asUsd(result.cost_usd)],
    ['Calls', asCount(result.attempts)],
  ] as const;
  return (
    <Stack>
      <Group gap="xs">
        <Text fw={650} size="lg" className="figures">
          {result.score === null ? NONE : asPercent(result.score)}
        </Text>
        <Badge variant="light" color={result.outcome === 'scored' ? 'green' : 'red'}>
          {result.outcome.replace('_', ' ')}
        </Badge>
        {result.overridden && <Badge variant="light">by hand</Badge>}
        {all.length > 1 && (
          <Text size="sm" c="dimmed">
            Epochs: {all.map(({ score }) => (score === null ? NONE : asPercent(score))).join(', ')}
          </Text>
        )}
      </Group>
      <SimpleGrid cols={{ base: 3, sm: 6, lg: 3, xl: 6 }} spacing="xs">
        {figures.map(([name, value]) => (
          <div key={name}>
            <Text size="xs" c="dimmed">
              {name}
            </Text>
            <Text size="sm" className="figures">
              {value}
            </Text>
          </div>
        ))}
      </SimpleGrid>
      <Answer of={transcript}>
        {(data) => (
          <>
            {data.error !== null && (
              <Alert color="red" title={result.error_code ?? 'Error'}>
                {data.error}
              </Alert>
            )}
            <Scores scores={result.scores} explanations={data.explanations} />
            <Conversation transcript={data} />
            {data.verdicts && <Verdicts verdicts={data.verdicts} />}
            {data.state && (
              <details>
                <summary>What its tools left</summary>
                <LongText label="What its tools left" hidesLabel>
                  {JSON.stringify(data.state, null, 2)}
                </LongText>
              </details>
            )}
          </>
        )}
      </Answer>
      <Labels result={result} mayWrite={mayScore} />
      <Override result={result} mayWrite={mayScore} />
    </Stack>
  );
}
