import { ActionIcon } from '@mantine/core';
import { IconThumbDown, IconThumbUp } from '@tabler/icons-react';
import type { Kind, Relationship } from '../api';
import { useFeedback } from '../queries';
import classes from './votes.module.css';

interface VotesProps {
  itemKey: string;
  kind: Kind;
  item: Relationship;
}

/** "Was this helpful?": sends one vote, and says so. */
export function Votes({ itemKey, kind, item }: VotesProps) {
  const { available, mutate, isPending, isError, isSuccess, variables } = useFeedback(itemKey);
  if (!available) {
    return null;
  }
  const vote = (helpful: boolean) => mutate({ kind, target: item.id, helpful });
  const chosen = isSuccess || isPending ? variables.helpful : null;
  return (
    <span className={classes.votes}>
      <span role="status" className={classes.said}>
        {isSuccess && 'Thank you'}
        {isError && 'Not saved'}
      </span>
      <ActionIcon
        variant={chosen === true ? 'light' : 'subtle'}
        color={chosen === true ? 'green' : 'gray'}
        size="md"
        aria-label={`Helpful: ${item.name}`}
        aria-pressed={chosen === true}
        onClick={() => vote(true)}
      >
        <IconThumbUp size={15} />
      </ActionIcon>
      <ActionIcon
        variant={chosen === false ? 'light' : 'subtle'}
        color={chosen === false ? 'red' : 'gray'}
        size="md"
        aria-label={`Not helpful: ${item.name}`}
        aria-pressed={chosen === false}
        onClick={() => vote(false)}
      >
        <IconThumbDown size={15} />
      </ActionIcon>
    </span>
  );
}
