import { MultiSelect, Select, Group, SimpleGrid } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Run, RunSampleDetail } from '../../../api/types.js';
import { Empty } from '../../../ui/answer.js';
import { asPercent, NONE } from '../../../ui/format.js';
import { Section } from '../../../ui/section.js';
import { OutputDiff } from './output-diff.js';
import { TrialView } from './trial-view.js';

/** The agents' trials of a sample beside each other: which ones, and of which epoch, stands in the address. */
export function Trials({ run, sample }: { run: Run; sample: RunSampleDetail }) {
  const search = useSearch({ from: '/shell/runs/$runId/samples/$sampleId' });
  const navigate = useNavigate({ from: '/runs/$runId/samples/$sampleId' });
  const { epoch = 1 } = search;
  const wanted = search.entries?.split(',') ?? sample.entries.slice(0, 2).map(({ entry_id }) => entry_id);
  const shown = sample.entries.filter(({ entry_id }) => wanted.includes(entry_id));
  const epochs = Math.max(1, ...sample.entries.map(({ trials }) => trials));
  const [first, second] = shown;
  return (
    <>
      <Section title="Answers">
        <Group align="flex-end">
          <MultiSelect
            label="Agents"
            description="Two of them are compared word by word"
            data={sample.entries.map(({ entry_id, agent, score }) => ({
              value: entry_id,
              label: `${agent} (${score === null ? NONE : asPercent(score)})`,
            }))}
            value={shown.map(({ entry_id }) => entry_id)}
            onChange={(ids) =>
              void navigate({ search: (before) => ({ ...before, entries: ids.join(',') }), replace: true })
            }
            flex={1}
            miw={240}
            maw={720}
          />
          {epochs > 1 && (
            <Select
              label="Epoch"
              data={Array.from({ length: epochs }, (_, place) => String(place + 1))}
              value={String(epoch)}
              onChange={(value) =>
                void navigate({ search: (before) => ({ ...before, epoch: Number(value) }), replace: true })
              }
              allowDeselect={false}
              w={100}
            />
          )}
        </Group>
      </Section>
      {shown.length === 0 && <Empty>Choose one or more agents to see what they answered.</Empty>}
      {first && second && shown.length === 2 && (
        <OutputDiff runId={run.id} sampleId={sample.id} epoch={epoch} before={first} after={second} />
      )}
      <SimpleGrid cols={{ base: 1, lg: Math.min(2, Math.max(1, shown.length)) }}>
        {shown.map((entry) => (
          <TrialView
            key={`${entry.entry_id} ${epoch}`}
            run={run}
            sampleId={sample.id}
            entry={entry}
            epoch={epoch}
          />
        ))}
      </SimpleGrid>
    </>
  );
}
