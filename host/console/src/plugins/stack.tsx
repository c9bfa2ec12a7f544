import type { Frame } from './api';
import classes from './crash.module.css';
import { fileName } from './format';
import page from './page.module.css';

/** The calls that led to the crash. */
export function Stack({ frames }: { frames: readonly Frame[] }) {
  if (frames.length === 0) {
    return <p className={page.lead}>There is no stack: the worker could leave no record of it.</p>;
  }
  return (
    <ol className={classes.frames}>
      {frames.map((frame, depth) => (
        // A recursion has the same frame many times.
        <li key={depth} className={classes.frame} data-known={frame.function !== '' || undefined}>
          <span className={classes.function}>{frame.function || 'unknown function'}</span>
          <span className={classes.where}>
            {[placeOf(frame), frame.inlined && 'inlined'].filter(Boolean).join(', ')}
          </span>
        </li>
      ))}
    </ol>
  );
}

function placeOf(frame: Frame): string {
  const source = frame.file && (frame.line > 0 ? `${frame.file}:${frame.line}` : frame.file);
  const address = [fileName(frame.module), frame.offset].filter(Boolean).join(' + ');
  return [source, source ? fileName(frame.module) : address].filter(Boolean).join(' in ');
}
