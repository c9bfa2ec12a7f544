import { Alert, Button, Code, Text } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { HostError } from './api';
import classes from './notice.module.css';

/** What the host said instead of an answer, and a way to try again. */
export function Failure({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const known = error instanceof HostError ? error : null;
  return (
    <Alert
      color="red"
      variant="outline"
      classNames={{ root: classes.surface, label: classes.badTitle }}
      icon={<IconAlertCircle size={20} aria-hidden />}
      title={known?.title ?? 'This could not be loaded'}
    >
      <Text size="sm" className={classes.text}>
        {known ? known.detail : error.message}
      </Text>
      {known?.correlationId && (
        <Text size="xs" c="dimmed" mt="xs">
          Correlation id <Code>{known.correlationId}</Code>
        </Text>
      )}
      {onRetry && (
        <Button size="xs" variant="default" mt="sm" onClick={onRetry}>
          Try again
        </Button>
      )}
    </Alert>
  );
}
