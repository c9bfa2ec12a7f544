import { Children, type ReactNode, useId } from 'react';
import classes from './panel.module.css';

interface PanelProps {
  title: string;
  /** Said beside the title in a few words. */
  note?: ReactNode;
  children: ReactNode;
}

/** A part of a page with a heading of its own. */
export function Panel({ title, note, children }: PanelProps) {
  const id = useId();
  return (
    <section className={classes.panel} aria-labelledby={id}>
      <div className={classes.head}>
        <h2 id={id}>{title}</h2>
        {note && <span className={classes.note}>{note}</span>}
      </div>
      {children}
    </section>
  );
}

interface FactsProps {
  facts: [name: string, value: ReactNode][];
  /** Values below their names, for long ones. */
  stacked?: boolean;
}

/** Names and values; a fact without a value is left out. */
export function Facts({ facts, stacked = false }: FactsProps) {
  return (
    <dl className={stacked ? classes.stacked : classes.facts}>
      {facts
        .filter(([, value]) => value !== '' && Children.count(value) > 0 && value !== null)
        .map(([name, value]) => (
          <FactOf key={name} name={name} value={value} />
        ))}
    </dl>
  );
}

function FactOf({ name, value }: { name: string; value: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

export function Mono({ children }: { children: ReactNode }) {
  return <span className={classes.code}>{children}</span>;
}
