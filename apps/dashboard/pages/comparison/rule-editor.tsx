import { ActionIcon, Button, Group, NumberInput, Select, Stack } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { KINDS, METRICS, type Kind, type Metric, type Rule } from './rules.js';

const METRIC_LABELS: Record<Metric, string> = {
  score: 'Score',
  error_rate: 'Error rate',
  cost_per_trial_usd: 'Cost per trial, USD',
  latency_p95_ms: 'Latency p95, ms',
};

const KIND_LABELS: Record<Kind, string> = {
  tolerance: 'worse by at most',
  relative_tolerance: 'worse by at most, %',
  limit: 'limit',
};

const isPossible = (metric: Metric, kind: Kind): boolean =>
  kind !== 'relative_tolerance' || metric !== 'error_rate';

export function RuleEditor({ rules, onChange }: { rules: Rule[]; onChange: (rules: Rule[]) => void }) {
  const put = (place: number, changed: Partial<Rule>) =>
    onChange(rules.map((rule, at) => (at === place ? { ...rule, ...changed } : rule)));
  return (
    <Stack gap="xs">
      {rules.map(({ metric, kind, value }, place) => {
        const factor = kind === 'relative_tolerance' ? 100 : 1;
        const name = `rule ${place + 1}`;
        return (
          <Group key={place} gap="xs" role="group" aria-label={`Rule ${place + 1}`}>
            <Select
              aria-label={`Metric of ${name}`}
              data={METRICS.map((one) => ({ value: one, label: METRIC_LABELS[one] }))}
              value={metric}
              onChange={(one) =>
                one !== null &&
                put(place, {
                  metric: one,
                  ...(!isPossible(one, kind) && { kind: 'tolerance' }),
                })
              }
              allowDeselect={false}
              w={190}
            />
            <Select
              aria-label={`What ${name} asks`}
              data={KINDS.filter((one) => isPossible(metric, one)).map((one) => ({
                value: one,
                label: one === 'limit' ? (metric === 'score' ? 'at least' : 'at most') : KIND_LABELS[one],
              }))}
              value={kind}
              onChange={(one) => one !== null && put(place, { kind: one })}
              allowDeselect={false}
              w={190}
            />
            <NumberInput
              aria-label={`Value of ${name}`}
              value={Number((value * factor).toPrecision(12))}
              onChange={(given) => given !== '' && put(place, { value: Number(given) / factor })}
              min={0}
              step={metric === 'latency_p95_ms' && kind !== 'relative_tolerance' ? 100 : factor / 100}
              allowNegative={false}
              w={120}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Remove ${name}`}
              disabled={rules.length === 1}
              onClick={() => onChange(rules.toSpliced(place, 1))}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        );
      })}
      <Button
        variant="default"
        size="xs"
        leftSection={<IconPlus size={14} />}
        disabled={rules.length >= 20}
        onClick={() => onChange([...rules, { metric: 'latency_p95_ms', kind: 'limit', value: 4000 }])}
        style={{ alignSelf: 'flex-start' }}
      >
        Add a rule
      </Button>
    </Stack>
  );
}
