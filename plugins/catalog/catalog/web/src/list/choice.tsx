import type { ReactNode } from 'react';
import { Link } from 'react-router-dom';
import classes from './filters.module.css';

interface ChoiceProps {
  chosen: boolean;
  /** Absent while it is not known. */
  count: number | undefined;
  to: string;
  children: ReactNode;
}

/** One value of a filter, as a link: choosing it adds it to the address, choosing it again takes it off. */
export function Choice({ chosen, count, to, children }: ChoiceProps) {
  return (
    <li>
      <Link
        to={to}
        replace
        preventScrollReset
        className={classes.choice}
        aria-current={chosen || undefined}
        data-empty={count === 0 || undefined}
      >
        <span className={classes.name}>{children}</span>
        <span className={classes.count}>{count?.toLocaleString()}</span>
      </Link>
    </li>
  );
}
