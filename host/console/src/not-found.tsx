import { Anchor, Code } from '@mantine/core';
import { Link, useLocation } from 'react-router-dom';
import { Message } from './message';

export function NotFound() {
  const { pathname } = useLocation();
  return (
    <Message title="Page not found">
      Nothing is served at <Code>{pathname}</Code>.{' '}
      <Anchor component={Link} to="/" underline="always">
        Go to the start page
      </Anchor>
    </Message>
  );
}
