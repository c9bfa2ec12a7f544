import { IconKey } from '@tabler/icons-react';
import { Fragment, type ReactNode, useEffect, useRef, useState } from 'react';
import { Tag, type Tone } from '../plugins/tag';
import classes from './api.module.css';
import { CodeBlock } from './code-block';
import type { Api, Media, Operation } from './document';
import { resolve } from './document';
import { SchemaView, wordsOf } from './schema-view';
import { TryIt } from './try-it';

const tones: Record<string, Tone> = { GET: 'good', POST: 'info', PUT: 'warn', PATCH: 'warn', DELETE: 'bad' };

interface OperationViewProps {
  operation: Operation;
  api: Api;
  /** Whether it is open at first. */
  asked: boolean;
}

/** One line; what belongs to it comes when it is opened. */
export function OperationView({ operation, api, asked }: OperationViewProps) {
  const [open, setOpen] = useState(asked);
  const element = useRef<HTMLDetailsElement>(null);
  // The browser looked for the address before there was anything.
  useEffect(() => {
    if (asked) {
      setOpen(true);
      element.current?.scrollIntoView();
    }
  }, [asked]);
  const { method, path, summary, needsToken } = operation;
  return (
    <details
      ref={element}
      id={operation.id}
      className={classes.operation}
      open={open}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <Tag tone={tones[method] ?? 'quiet'}>{method}</Tag>
        <code className={classes.path}>
          {path.split('/').map((segment, index) => (
            <Fragment key={index}>
              {index > 0 && (
                <>
                  /<wbr />
                </>
              )}
              {segment}
            </Fragment>
          ))}
        </code>
        <span className={classes.summary}>{summary}</span>
        {needsToken && (
          <span className={classes.token}>
            <IconKey size={15} aria-hidden />
            needs the token
          </span>
        )}
      </summary>
      {open && <Details operation={operation} api={api} />}
    </details>
  );
}

function Details({ operation, api }: { operation: Operation; api: Api }) {
  const { parameters, body, answer } = operation;
  const streams = answer?.type === 'text/event-stream';
  return (
    <div className={classes.details}>
      <div>
        {parameters.length > 0 && (
          <Part title="Parameters">
            <ul className={classes.members}>
              {parameters.map(({ name, in: place, required, description, schema }) => (
                <li key={name}>
                  <code className={classes.name}>{name}</code>{' '}
                  <span className={classes.type}>
                    {[`in the ${place}`, wordsOf(resolve(schema, api.schemas), api.schemas), required && 'required']
                      .filter(Boolean)
                      .join(', ')}
                  </span>
                  {description && <span className={classes.description}>{description}</span>}
                </li>
              ))}
            </ul>
          </Part>
        )}
        {body && <MediaView title="Body" media={body} api={api} />}
        {answer && <MediaView title="Answer" media={answer} api={api} />}
      </div>
      <Part title="Try it">
        {streams ? (
          <p className={classes.type}>Its answers go on for long; this page does not wait for them.</p>
        ) : (
          <TryIt operation={operation} />
        )}
      </Part>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.part}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function MediaView({ title, media, api }: { title: string; media: Media; api: Api }) {
  return (
    <Part title={title}>
      <p className={classes.type}>{media.type}</p>
      {media.schema && <SchemaView schema={media.schema} schemas={api.schemas} />}
      {media.example !== undefined && (
        <>
          <h4 className={classes.type}>Example</h4>
          <CodeBlock
            text={JSON.stringify(media.example, null, 2)}
            label={`Copy the example of the ${title.toLowerCase()}`}
            name={`Example of the ${title.toLowerCase()}`}
          />
        </>
      )}
    </Part>
  );
}
