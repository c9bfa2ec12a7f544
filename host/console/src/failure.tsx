import { Code } from '@mantine/core';
import { useRouteError } from 'react-router-dom';
import { Message } from './message';

// A module that failed to import stays failed for the life of the document, so both offer a reload.
const reload = () => window.location.reload();

/** Replaces a page that failed to load or to draw; the rest of the console stays usable. */
export function PageFailure() {
  return (
    <Message title="This page has failed" onRetry={reload}>
      The page stopped with an error. <Reason />
    </Message>
  );
}

/** Replaces the whole console when its own layout fails. */
export function ConsoleFailure() {
  return (
    <Message title="The console has failed" onRetry={reload}>
      <Reason />
    </Message>
  );
}

function Reason() {
  const error = useRouteError();
  return <Code block>{error instanceof Error ? error.message : String(error)}</Code>;
}
