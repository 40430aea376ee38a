import { Anchor, Group, Select, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Comparison, Pair } from '../../api/types.js';
import { asCount } from '../../ui/format.js';
import { CsvButton } from './csv-button.js';
import { distinctNames } from './names.js';
import { Section } from '../../ui/section.js';

interface FlipsProps {
  comparison: Comparison;
  /** Candidate and baseline, with a comma; else the first pair. */
  pair: string | undefined;
  onPair: (pair: string) => void;
}

const keyOf = ({ candidate, baseline }: Pair): string => `${candidate},${baseline}`;

/** The samples that went from wrong to right, or the other way, and where to read both answers. */
export function Flips({ comparison: { entries, pairs }, pair, onPair }: FlipsProps) {
  const names = distinctNames(entries);
  const chosen = pairs.find((one) => keyOf(one) === pair) ?? pairs[0];
  if (chosen === undefined) return null;
  const runOf = (entryId: string) => entries.find(({ id }) => id === entryId)?.run_id as string;
  const runs = [...new Set([runOf(chosen.candidate), runOf(chosen.baseline)])];
  const kinds = [
    { title: 'Gained', lead: 'Right with the candidate alone', flips: chosen.gained },
    { title: 'Lost', lead: 'Right with the baseline alone', flips: chosen.lost },
  ];
  return (
    <Section
      title="Samples that changed"
      lead="A score from 0.5 on counts as right. What the candidate lost is where to look first."
      actions={
        <CsvButton
          name="samples-that-changed"
          rows={kinds.flatMap(({ title, flips }) =>
            flips.sample_ids.map((sample) => ({ sample, change: title.toLowerCase() })),
          )}
        />
      }
    >
      {pairs.length > 1 && (
        <Select
          label="Pair"
          data={pairs.map((one) => ({
            value: keyOf(one),
            label: `${names.get(one.candidate)} − ${names.get(one.baseline)}`,
          }))}
          value={keyOf(chosen)}
          onChange={(key) => key !== null && onPair(key)}
          allowDeselect={false}
          maw={520}
        />
      )}
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {kinds.map(({ title, lead, flips }) => (
          <Stack key={title} gap="xs">
            <Title order={3} size="h5">
              {title}: {asCount(flips.count)}
            </Title>
            <Text size="sm" c="dimmed">
              {lead}
              {flips.count > flips.sample_ids.length && `; the first ${flips.sample_ids.length} of them`}
            </Text>
            <Stack
              gap={4}
              mah={360}
              style={{ overflow: 'auto' }}
              tabIndex={0}
              role="region"
              aria-label={title}
            >
              {flips.sample_ids.map((sampleId) => (
                <Group key={sampleId} gap="xs" wrap="nowrap">
                  {runs.map((runId, place) => (
                    <Anchor
                      key={runId}
                      component={Link}
                      to={`/runs/${runId}/samples/${encodeURIComponent(sampleId)}`}
                      size="sm"
                      style={{ overflowWrap: 'anywhere' }}
                      {...(place > 0 && { 'aria-label': `${sampleId} in the baseline’s run` })}
                    >
                      {place === 0 ? sampleId : 'baseline’s run'}
                    </Anchor>
                  ))}
                </Group>
              ))}
            </Stack>
          </Stack>
        ))}
      </SimpleGrid>
    </Section>
  );
}
