import { IconPlugConnectedX } from '@tabler/icons-react';
import classes from './notice.module.css';
import { formatTime } from './format';

/** Says that what is shown is old, for as long as the host does not answer. */
export function Stale({ error, since }: { error: Error | null; since: number }) {
  return (
    <div role="status">
      {error && since > 0 && (
        <p className={classes.stale}>
          <IconPlugConnectedX size={18} aria-hidden />
          <span>{`${error.message} What you see is from ${formatTime(new Date(since).toISOString())}.`}</span>
        </p>
      )}
    </div>
  );
}
