import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { Failure } from '../plugins/failure';
import { Tag } from '../plugins/tag';
import { useHostToken } from '../plugins/token';
import classes from './api.module.css';
import { CodeBlock } from './code-block';
import type { Operation, Parameter } from './document';
import { type Answer, addressOf, pretty, send } from './send';

/** A form that sends the request from here, and what came back. */
export function TryIt({ operation }: { operation: Operation }) {
  const [values, setValues] = useState<Record<string, string>>({});
  const [body, setBody] = useState(() => pretty(JSON.stringify(operation.body?.example ?? {})));
  const { busy, answer, failure, run } = useSending(operation);
  const missing = operation.parameters.filter(({ name, required }) => required && !values[name]?.trim());
  const [told, setTold] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTold(missing.length > 0);
    if (missing.length === 0) {
      void run(addressOf(operation, values), body);
    }
  };
  return (
    <form className={classes.form} onSubmit={submit} aria-label={`Try ${operation.method} ${operation.path}`} autoComplete="off">
      {operation.parameters.map((parameter) => (
        <ParameterInput
          key={parameter.name}
          parameter={parameter}
          value={values[parameter.name] ?? ''}
          error={told && missing.includes(parameter) ? 'It is part of the address.' : null}
          onChange={(value) => setValues((now) => ({ ...now, [parameter.name]: value }))}
        />
      ))}
      {operation.body && (
        <Textarea
          label={`Body (${operation.body.type})`}
          rows={Math.min(14, Math.max(3, body.split('\n').length))}
          value={body}
          onChange={(event) => setBody(event.currentTarget.value)}
          spellCheck={false}
          classNames={{ input: classes.code }}
        />
      )}
      <div>
        <Button type="submit" size="xs" loading={busy} leftSection={<IconSend size={15} aria-hidden />}>
          Send
        </Button>
      </div>
      <div role="status" aria-label="Answer">
        {answer && <AnswerView answer={answer} />}
      </div>
      <div role="alert">{failure && <Failure error={failure} />}</div>
    </form>
  );
}

interface ParameterInputProps {
  parameter: Parameter;
  value: string;
  error: string | null;
  onChange: (value: string) => void;
}

function ParameterInput({ parameter, value, error, onChange }: ParameterInputProps) {
  const { name, description, required, schema } = parameter;
  const choices = schema.type === 'boolean' ? ['true', 'false'] : schema.enum?.map(String);
  const shared = { label: name, description: description || undefined, value, error, withAsterisk: required };
  if (choices) {
    return <NativeSelect {...shared} data={['', ...choices]} onChange={(event) => onChange(event.currentTarget.value)} />;
  }
  return (
    <TextInput
      {...shared}
      placeholder={schema.examples?.[0] === undefined ? '' : String(schema.examples[0])}
      onChange={(event) => onChange(event.currentTarget.value)}
      spellCheck={false}
    />
  );
}

function useSending(operation: Operation) {
  const [busy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [failure, setFailure] = useState<Error | null>(null);
  const { withToken } = useHostToken();
  const run = async (address: string, body: string) => {
    setBusy(true);
    setAnswer(null);
    setFailure(null);
    try {
      const sent = operation.needsToken
        ? await withToken(`${operation.method} ${operation.path}`, (token) => send(operation, address, body, token))
        : await send(operation, address, body, null);
      setAnswer(sent ?? null);
    } catch (error) {
      setFailure(error instanceof Error ? error : new Error(String(error)));
    } finally {
      setBusy(false);
    }
  };
  return { busy, answer, failure, run };
}

function AnswerView({ answer }: { answer: Answer }) {
  return (
    <>
      <p className={classes.answer}>
        <Tag tone={answer.status < 400 ? 'good' : 'bad'}>{`${answer.status} ${answer.statusText}`.trim()}</Tag>
        <span className={classes.type}>{[answer.type, `${answer.took} ms`].filter(Boolean).join(' · ')}</span>
      </p>
      {answer.text && <CodeBlock text={answer.text} label="Copy the answer" name="Body of the answer" />}
    </>
  );
}
