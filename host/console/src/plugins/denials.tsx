import type { Denial } from './api';
import { CopyButton } from './copy-button';
import classes from './denials.module.css';
import { formatCount } from './format';
import page from './page.module.css';
import { Mono } from './panel';

/** What was refused, each with the line of the configuration that would allow it. */
export function Denials({ denials, instance }: { denials: readonly Denial[]; instance: string }) {
  if (denials.length === 0) {
    return <p className={page.none}>Nothing has been refused.</p>;
  }
  return (
    <ul className={classes.denials}>
      {[...denials].reverse().map((denial) => (
        <li key={`${denial.permission} ${denial.detail}`} className={classes.denial}>
          <span className={classes.what}>
            <strong>{denial.detail}</strong>{' '}
            <span className={classes.count}>
              {[denial.count === 1 ? 'once' : `${formatCount(denial.count)} times`, denial.syscall && `system call ${denial.syscall}`]
                .filter(Boolean)
                .join(', ')}
            </span>
          </span>
          <Allow denial={denial} instance={instance} />
        </li>
      ))}
    </ul>
  );
}

function Allow({ denial, instance }: { denial: Denial; instance: string }) {
  const dot = denial.yaml_path.lastIndexOf('.');
  const section = denial.yaml_path.slice(0, Math.max(dot, 0));
  const line = `${denial.yaml_path.slice(dot + 1)}: ${denial.yaml_value}`;
  if (denial.yaml_path === '') {
    return <span className={classes.hint}>No permission allows this.</span>;
  }
  return (
    <>
      <span className={classes.hint}>
        To allow it, add to <Mono>{['plugins', instance, section].filter(Boolean).join('.')}</Mono>
      </span>
      <div className={classes.add}>
        <pre className={classes.yaml} tabIndex={0} aria-label={`Line that allows: ${denial.detail}`}>
          {line}
        </pre>
        <CopyButton text={line} label={`Copy the line that allows: ${denial.detail}`} />
      </div>
    </>
  );
}
