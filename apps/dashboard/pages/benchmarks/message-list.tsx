import { Badge, Paper, Stack, Text } from '@mantine/core';

interface Message {
  role: string;
  content: string;
}

/** Messages as an agent gets them, or the templates that they are made from. */
export function MessageList({ messages }: { messages: Message[] }) {
  return (
    <Stack gap="xs">
      {messages.map(({ role, content }, i) => (
        <Paper key={i} withBorder p="sm">
          <Badge variant="light" size="sm" mb={6}>
            {role}
          </Badge>
          <Text size="sm" ff="monospace" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {content}
          </Text>
        </Paper>
      ))}
    </Stack>
  );
}
