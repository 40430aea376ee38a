import { Alert, Button, Center, Loader, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconLock } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { isStatus, ProblemError } from '../api/problem.js';

interface AnswerProps<T> {
  of: UseQueryResult<T, unknown>;
  /** Whether it came and there is nothing in it. */
  isEmpty?: (data: T) => boolean;
  /** What to say then: why there is nothing, and what to do. */
  empty?: ReactNode;
  children: (data: T) => ReactNode;
}

/** What a query gave, or why it is not there: on its way, refused, failed, or empty. */
export function Answer<T>({
  of: { data, error, isPending, refetch },
  isEmpty,
  empty,
  children,
}: AnswerProps<T>) {
  if (data !== undefined) return isEmpty?.(data) ? <Empty>{empty}</Empty> : children(data);
  if (isPending)
    return (
      <Center mih={160} role="status" aria-label="Loading">
        <Loader />
      </Center>
    );
  return <Failure error={error} onRetry={() => void refetch()} />;
}

export function Empty({ children }: { children: ReactNode }) {
  return (
    <Center mih={160} p="lg">
      <Stack align="center" gap="sm" ta="center" c="dimmed" maw={480}>
        {children}
      </Stack>
    </Center>
  );
}

export function Forbidden({ children }: { children: ReactNode }) {
  return (
    <Alert color="yellow" icon={<IconLock />} title="You may not see this here">
      {children}
    </Alert>
  );
}

/** What failed in the service's own words, each place of it on a line. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  if (isStatus(error, 403)) return <Forbidden>{(error as Error).message}</Forbidden>;
  const problem = error instanceof ProblemError ? error : undefined;
  return (
    <Alert
      color="red"
      icon={<IconAlertTriangle />}
      title={problem ? 'The service refused' : 'No answer'}
      role="alert"
    >
      <Text size="sm">
        {error instanceof Error ? error.message : String(error)}
        {problem?.problem.request_id !== undefined && ` (request ${problem.problem.request_id})`}
      </Text>
      {problem?.findings.map(({ message, path, line }) => (
        <Text size="sm" key={`${line} ${path} ${message}`}>
          {line !== undefined && `Line ${line}: `}
          {path !== undefined && `${path}: `}
          {message}
        </Text>
      ))}
      {onRetry && (
        <Button mt="sm" size="xs" variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </Alert>
  );
}
