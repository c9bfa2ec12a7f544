import { Button, Container, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface MessageProps {
  title: string;
  children: ReactNode;
  onRetry?: () => void;
}

/** A page-sized message in place of content: nothing here, not found, or failed. */
export function Message({ title, children, onRetry }: MessageProps) {
  return (
    <Container size="xs" py={80}>
      <title>{`${title} · tenon`}</title>
      <Stack align="flex-start" gap="md">
        <Title order={1} size="h2">
          {title}
        </Title>
        <Text c="dimmed" component="div">
          {children}
        </Text>
        {onRetry && <Button onClick={onRetry}>Try again</Button>}
      </Stack>
    </Container>
  );
}
