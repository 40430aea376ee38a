import { Badge, Code, CopyButton, Button, Group, Table, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconCheck, IconQuestionMark, IconX } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.js';
import type { Comparison, GateDecision } from '../../api/types.js';
import { Answer } from '../../ui/answer.js';
import { asCount } from '../../ui/format.js';
import { CsvButton } from './csv-button.js';
import { distinctNames } from './names.js';
import { RuleEditor } from './rule-editor.js';
import { parseRules, ruleBody, ruleText } from './rules.js';
import { listOf, type CompareSearch } from './search.js';
import { Section } from '../../ui/section.js';

const DECISIONS: Record<GateDecision, { color: string; icon: typeof IconX }> = {
  pass: { color: 'teal', icon: IconCheck },
  fail: { color: 'red', icon: IconX },
  inconclusive: { color: 'gray', icon: IconQuestionMark },
};

function DecisionBadge({ decision }: { decision: GateDecision }) {
  const { color, icon: Icon } = DECISIONS[decision];
  return (
    <Badge color={color} variant="light" tt="none" leftSection={<Icon size={12} aria-hidden />}>
      {decision}
    </Badge>
  );
}

interface GatePreviewProps {
  search: CompareSearch;
  entries: Comparison['entries'];
  onRules: (rules: string) => void;
}

/** What a gate in CI would say of the first entry against the last. */
export function GatePreview({ search, entries, onRules }: GatePreviewProps) {
  const given = parseRules(search.rules ?? '');
  const rules = given.length > 0 ? given : parseRules('score:0.02');
  const [candidate, baseline] = [entries[0], entries.at(-1)].map((entry) => entry?.id ?? '');
  const names = distinctNames(entries);
  const [body] = useDebouncedValue(
    {
      candidate: candidate ?? '',
      baseline: baseline ?? '',
      rules: rules.map(ruleBody),
      ...(search.cluster && { cluster: search.cluster }),
      ...(search.allow !== undefined && {
        allow: listOf(search.allow) as ('benchmark' | 'scorers' | 'settings')[],
      }),
    },
    400,
  );
  const gate = useQuery({
    queryKey: ['post', '/api/v1/analytics/gate', body],
    queryFn: async () => (await api.POST('/api/v1/analytics/gate', { body })).data,
    placeholderData: keepPreviousData,
  });
  const command = [
    `aibench gate --candidate ${candidate} --baseline ${baseline}`,
    ...rules.map((rule) => `--rule '${ruleText(rule)}'`),
    ...(search.cluster ? ['--cluster category'] : []),
    ...(search.allow === undefined ? [] : [`--allow ${search.allow}`]),
  ].join(' ');
  return (
    <Section
      title="Gate"
      lead={`May ${names.get(candidate ?? '')} take the place of ${names.get(baseline ?? '')}? Each rule is decided on the whole 95 % interval, so too little data is inconclusive and no pass.`}
      actions={<CsvButton name="gate" rows={gate.data?.rules ?? []} />}
    >
      <RuleEditor rules={rules} onChange={(changed) => onRules(changed.map(ruleText).join(','))} />
      <Answer of={gate}>
        {(answer) => (
          <div aria-live="polite">
            <Group gap="xs" mb="xs">
              <Text fw={600}>Decision</Text>
              {answer && <DecisionBadge decision={answer.decision} />}
            </Group>
            <Table aria-label="Decision of each rule">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th w={130}>Decision</Table.Th>
                  <Table.Th>Rule</Table.Th>
                  <Table.Th visibleFrom="sm">Samples</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {answer?.rules.map(({ decision, text, n }, place) => (
                  <Table.Tr key={place}>
                    <Table.Td>
                      <DecisionBadge decision={decision} />
                    </Table.Td>
                    <Table.Td>{text}</Table.Td>
                    <Table.Td visibleFrom="sm">{asCount(n)}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        )}
      </Answer>
      <Group gap="xs" align="flex-start" wrap="nowrap">
        <Code block flex={1} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {command}
        </Code>
        <CopyButton value={command}>
          {({ copied, copy }) => (
            <Button variant="default" size="xs" onClick={copy}>
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Section>
  );
}
