import { Anchor, Button, Center, Loader } from '@mantine/core';
import { IconChevronLeft, IconKeyOff } from '@tabler/icons-react';
import { Link, useParams } from 'react-router-dom';
import { useEffect, useState } from 'react';
import { type Crash, type CrashSummary, type Fault, HostError } from './api';
import classes from './crash.module.css';
import { Failure } from './failure';
import { asWords, formatDuration, formatTime } from './format';
import page from './page.module.css';
import { Facts, Panel } from './panel';
import { crashOfPath, pluginPath } from './paths';
import { useCrash, useCrashes } from './queries';
import { Stack } from './stack';
import { Tag } from './tag';
import { useHostToken } from './token';
import { TokenForm } from './token-form';

/** One crash report; what outsiders need not know is shown only with the host's token. */
export function CrashPage() {
  const { instance = '', crash = '' } = useParams();
  const id = crashOfPath(crash);
  const { data: crashes } = useCrashes();
  const { token, give, forget } = useHostToken();
  const [refused, setRefused] = useState(false);
  const report = useCrash(id, token);
  const unauthorised = report.error instanceof HostError && report.error.status === 401;
  useEffect(() => {
    if (unauthorised) {
      setRefused(true);
      forget();
    } else if (report.data) {
      setRefused(false);
    }
  }, [unauthorised, report.data, forget]);

  const known: CrashSummary | Crash | undefined = report.data ?? crashes?.find((crash) => crash.id === id);
  return (
    <div className={page.page}>
      <title>{`Crash of ${instance} · tenon`}</title>
      <Anchor component={Link} to={pluginPath(instance)} className={page.trail}>
        <IconChevronLeft size={15} aria-hidden />
        {instance}
      </Anchor>
      <div className={page.title}>
        <h1>{`Crash of ${instance}`}</h1>
        {known && <Tag tone="bad">{asWords(known.cause)}</Tag>}
      </div>
      <p className={page.lead}>{known ? `${formatTime(known.time)}, generation ${known.generation}` : id}</p>
      {known?.summary && <p className={classes.summary}>{known.summary}</p>}
      {token === null ? (
        <Panel title="The host’s token is needed">
          <p className={page.lead}>Stack, log lines and addresses tell more than outsiders need to know.</p>
          <div className={classes.form}>
            <TokenForm key={String(refused)} refused={refused} onGive={give} />
          </div>
        </Panel>
      ) : report.data ? (
        <Report crash={report.data} onForget={forget} />
      ) : report.error && !unauthorised ? (
        <Failure error={report.error} onRetry={() => void report.refetch()} />
      ) : (
        <Center mih="20vh">
          <Loader aria-label="Loading the report" />
        </Center>
      )}
    </div>
  );
}

function Report({ crash, onForget }: { crash: Crash; onForget: () => void }) {
  return (
    <div className={page.stack}>
      {crash.message && crash.message !== crash.summary && (
        <Panel title="Message">
          <pre className={classes.message} tabIndex={0} aria-label="Text of the message">
            {crash.message}
          </pre>
        </Panel>
      )}
      <Panel title="Stack" note={crash.frames.length > 0 ? 'The innermost first' : undefined}>
        <Stack crash={crash} />
        {crash.notes.length > 0 && (
          <ul className={classes.notes}>
            {crash.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        )}
      </Panel>
      <Panel title="Last log lines" note={crash.log_lines.length > 0 ? 'The latest last' : undefined}>
        {crash.log_lines.length > 0 ? (
          <pre className={classes.log} tabIndex={0} aria-label="Log lines">
            {crash.log_lines.join('\n')}
          </pre>
        ) : (
          <p className={page.none}>It had logged nothing.</p>
        )}
      </Panel>
      <Panel title="Circumstances">
        <Facts facts={circumstances(crash)} />
      </Panel>
      <div>
        <Button
          variant="subtle"
          color="gray"
          leftSection={<IconKeyOff size={17} aria-hidden />}
          onClick={onForget}
        >
          Forget the token
        </Button>
      </div>
    </div>
  );
}

function circumstances(crash: Crash): [string, string][] {
  return [
    ['Library', [crash.plugin.id, crash.plugin.version].filter(Boolean).join(' ')],
    ['Provides', crash.plugin.provides.join(', ')],
    ['Generation', String(crash.generation)],
    ['Process', String(crash.pid)],
    ['Had run for', formatDuration(crash.uptime_ms * 1_000)],
    ['Exit code', crash.exit_code === null ? '' : String(crash.exit_code)],
    ...(crash.fault ? faultFacts(crash.fault) : []),
    ['Report', crash.id],
  ];
}

function faultFacts(fault: Fault): [string, string][] {
  return [
    ['Signal', [fault.signal, fault.reason].filter(Boolean).join(', ')],
    ['Address', fault.address],
    ['Program counter', fault.program_counter],
    ['System call', fault.system_call === null ? '' : String(fault.system_call)],
    ['Sent by process', fault.sender_pid === null ? '' : String(fault.sender_pid)],
    ['Thread', [fault.thread, fault.thread_id > 0 && `(${fault.thread_id})`].filter(Boolean).join(' ')],
    ['Was doing', fault.activity],
  ];
}
