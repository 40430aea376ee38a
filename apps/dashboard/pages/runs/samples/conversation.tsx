import { Badge, Group, Stack, Text, Title } from '@mantine/core';
import type { Transcript } from '../../../api/types.js';
import { asCount, asLatency, asUsd } from '../../../ui/format.js';
import { LongText } from './long-text.js';

type Message = Transcript['messages'][number];
type Step = NonNullable<Transcript['steps']>[number];
type Call = NonNullable<Transcript['tool_calls']>[number];

const COLORS: Record<Message['role'], string> = {
  system: 'gray',
  user: 'blue',
  assistant: 'green',
  tool: 'grape',
};

/** What was said, in order; the output comes last. */
export function Conversation({ transcript }: { transcript: Transcript }) {
  const { messages, output, steps, tool_calls, finish_reason } = transcript;
  const stepOf = (place: number) => steps?.find(({ message }) => message === place);
  // Of a conversation, those of all answers are with their messages.
  const calls = messages.some(({ calls: made }) => made) ? [] : (tool_calls ?? []);
  return (
    <Stack gap="sm">
      <Title order={3} size="h5">
        Transcript
      </Title>
      {messages.map((message, place) => (
        <Turn key={place} role={message.role} message={message} step={stepOf(place)}>
          {textOf(message)}
        </Turn>
      ))}
      {(output !== null || calls.length > 0) && (
        <Turn role="assistant" calls={calls} step={stepOf(messages.length)} finish={finish_reason}>
          {output ?? ''}
        </Turn>
      )}
    </Stack>
  );
}

interface TurnProps {
  role: Message['role'];
  children: string;
  message?: Message;
  calls?: Call[];
  step?: Step | undefined;
  finish?: string | null;
}

function Turn({ role, children, message, calls = message?.calls ?? [], step, finish }: TurnProps) {
  return (
    <Stack gap={4}>
      <Group gap="xs">
        <Badge variant="light" color={COLORS[role]}>
          {role}
        </Badge>
        {message?.name !== undefined && <Text size="xs">{message.name}</Text>}
        {message?.error && (
          <Badge variant="light" color="red">
            failed
          </Badge>
        )}
        {step && (
          <Text size="xs" c="dimmed" className="figures">
            {asLatency(step.latency_ms)}, {asCount(step.input_tokens)} → {asCount(step.output_tokens)} tokens,{' '}
            {asUsd(step.cost_usd)}
            {step.attempts > 1 && `, ${step.attempts} calls`}
          </Text>
        )}
        {finish !== null && finish !== undefined && (
          <Text size="xs" c="dimmed">
            ended: {finish}
          </Text>
        )}
      </Group>
      {(message?.reasoning?.length ?? 0) > 0 && (
        <details>
          <summary>Reasoning</summary>
          <LongText label="Reasoning" hidesLabel>
            {message?.reasoning?.map(reasoningText).join('\n\n')}
          </LongText>
        </details>
      )}
      {children && (
        <LongText label={`Message of ${role}`} hidesLabel>
          {children}
        </LongText>
      )}
      {calls.map(({ id, name, arguments: given }) => (
        <LongText key={id} label={`Calls ${name}`}>
          {pretty(given)}
        </LongText>
      ))}
    </Stack>
  );
}

const textOf = ({ content }: Message): string =>
  typeof content === 'string'
    ? content
    : content.map((part) => (part.type === 'text' ? part.text : `[image ${part.image}]`)).join('\n');

/** Providers give it in shapes of their own; what is readable of them is under one of these names. */
function reasoningText(part: unknown): string {
  const fields = (part ?? {}) as Record<string, unknown>;
  const text = fields['thinking'] ?? fields['text'] ?? fields['summary'];
  return typeof text === 'string' ? text : JSON.stringify(part, null, 2);
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
