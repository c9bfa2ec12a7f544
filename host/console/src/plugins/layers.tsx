import { IconAlertTriangle, IconShieldCheck } from '@tabler/icons-react';
import type { Layer } from './api';
import classes from './layers.module.css';
import page from './page.module.css';

/** What holds the worker on this machine; the missing first, since they are what one looks for. */
export function Layers({ layers, running }: { layers: readonly Layer[]; running: boolean }) {
  if (layers.length === 0) {
    return <p className={page.none}>{running ? 'The worker has told of none.' : 'No worker runs now.'}</p>;
  }
  const ordered = [...layers].sort((a, b) => Number(a.active) - Number(b.active));
  return (
    <ul className={classes.layers}>
      {ordered.map((layer) => (
        <li key={layer.name} className={`${classes.layer} ${layer.active ? classes.active : classes.missing}`}>
          {layer.active ? <IconShieldCheck size={17} aria-hidden /> : <IconAlertTriangle size={17} aria-hidden />}
          <span className={classes.name}>
            {layer.name} <span className={classes.word}>{layer.active ? '(active)' : '(not active)'}</span>
          </span>
          {layer.detail && <span className={classes.detail}>{layer.detail}</span>}
        </li>
      ))}
    </ul>
  );
}
