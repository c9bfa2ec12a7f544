import { Anchor, Container, Text, Title } from '@mantine/core';
import { Link } from 'react-router-dom';
import { useBasePath } from '../context';

interface NotHereProps {
  title?: string;
  detail?: string;
}

export function NotHere({ title = 'Page not found', detail = 'The catalog has no such page.' }: NotHereProps) {
  return (
    <Container size="xs" py={80}>
      <title>{`${title} · Catalog`}</title>
      <Title order={1} size="h2" mb="sm">
        {title}
      </Title>
      <Text c="dimmed" mb="md">
        {detail}
      </Text>
      <Anchor component={Link} to={useBasePath()}>
        Go to the catalog
      </Anchor>
    </Container>
  );
}
