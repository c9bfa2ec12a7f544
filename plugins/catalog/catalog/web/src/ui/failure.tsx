import { Alert, Button, Code, Text } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { ApiError } from '../api';
import classes from './failure.module.css';

interface FailureProps {
  error: Error;
  onRetry: () => void;
}

/** An answer that was not one: what the host said, its correlation id, and a way to try again. */
export function Failure({ error, onRetry }: FailureProps) {
  const problem = error instanceof ApiError ? error : null;
  return (
    <Alert
      color="red"
      variant="outline"
      classNames={{ root: classes.root, label: classes.title }}
      icon={<IconAlertCircle size={20} />}
      title={problem?.title ?? 'This could not be loaded'}
    >
      <Text size="sm" mb="xs">
        {problem ? problem.detail : error.message}
      </Text>
      {problem?.correlationId && (
        <Text size="xs" c="dimmed" mb="xs">
          Correlation id <Code>{problem.correlationId}</Code>
        </Text>
      )}
      <Button size="xs" variant="default" onClick={onRetry}>
        Try again
      </Button>
    </Alert>
  );
}
