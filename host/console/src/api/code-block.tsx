import { CopyButton } from '../plugins/copy-button';
import classes from './api.module.css';

interface CodeBlockProps {
  text: string;
  /** Of the button. */
  label: string;
  /** What it is, for who cannot see it; it can be reached and scrolled with the keyboard. */
  name: string;
}

export function CodeBlock({ text, label, name }: CodeBlockProps) {
  return (
    <div className={classes.block}>
      <pre className={classes.code} tabIndex={0} role="group" aria-label={name}>
        {text}
      </pre>
      <div className={classes.copy}>
        <CopyButton text={text} label={label} />
      </div>
    </div>
  );
}
