import { Alert, Anchor, Center, Loader } from '@mantine/core';
import { IconAlertTriangle, IconChevronLeft } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router-dom';
import { Actions } from './actions';
import { StateAnnouncer } from './announcer';
import type { Plugin, Signature } from './api';
import { CrashList } from './crash-list';
import { Denials } from './denials';
import { Failure } from './failure';
import { asWords, formatCount, formatTime } from './format';
import { Layers } from './layers';
import notice from './notice.module.css';
import classes from './page.module.css';
import { Facts, Mono, Panel } from './panel';
import { pluginsPath } from './paths';
import { useCrashes, usePlugin } from './queries';
import { Reloads } from './reloads';
import { Stale } from './stale';
import { StateTag, Tag, TrialTag } from './tag';

/** One instance: what it does, what holds it, what happened to it, and what can be done. */
export function PluginPage() {
  const { id = '' } = useParams();
  const plugin = usePlugin(id);
  return (
    <div className={classes.page}>
      <title>{`${id} · Plugins · tenon`}</title>
      <Anchor component={Link} to={pluginsPath} className={classes.trail}>
        <IconChevronLeft size={15} aria-hidden />
        All plugins
      </Anchor>
      <div className={classes.title}>
        <h1>{id}</h1>
        {plugin.data && <Tags plugin={plugin.data} />}
      </div>
      {plugin.data ? (
        <Known plugin={plugin.data} error={plugin.error} since={plugin.dataUpdatedAt} />
      ) : plugin.error ? (
        <Failure error={plugin.error} onRetry={() => void plugin.refetch()} />
      ) : (
        <Center mih="30vh">
          <Loader aria-label="Loading the plugin" />
        </Center>
      )}
    </div>
  );
}

function Tags({ plugin }: { plugin: Plugin }) {
  return (
    <>
      <StateTag state={plugin.state} />
      {plugin.trial > 0 && <TrialTag generation={plugin.trial} />}
      {plugin.required && <Tag>required</Tag>}
    </>
  );
}

function Known({ plugin, error, since }: { plugin: Plugin; error: Error | null; since: number }) {
  const isolated = plugin.runtime === 'isolated';
  // So that the columns come out about equally long.
  const longSandbox = plugin.sandbox.length > 0;
  return (
    <>
      <p className={classes.lead}>
        {`${plugin.library} ${plugin.version}, ${asWords(plugin.runtime)}, ${plugin.state} since ${formatTime(plugin.since)}`}
      </p>
      <StateAnnouncer plugins={[plugin]} />
      <Stale error={error} since={since} />
      <div className={classes.stack}>
        {plugin.reason && <Trouble plugin={plugin} />}
        <Actions plugin={plugin} />
        <div className={classes.columns}>
          <div className={classes.stack}>
            <Panel title="Now">
              <Facts facts={factsOf(plugin)} />
            </Panel>
            {longSandbox && <Offers plugin={plugin} />}
          </div>
          <div className={classes.stack}>
            <Sandbox plugin={plugin} />
            {!longSandbox && <Offers plugin={plugin} />}
          </div>
        </div>
        {isolated && (
          <Panel title="Refused actions" note="What its worker tried without permission">
            <Denials denials={plugin.denials} instance={plugin.id} />
          </Panel>
        )}
        <Panel title="Reloads" note="The latest first; the host keeps the last 20">
          <Reloads reloads={plugin.reloads} />
        </Panel>
        {isolated && <Crashes instance={plugin.id} />}
      </div>
    </>
  );
}

function Sandbox({ plugin }: { plugin: Plugin }) {
  const isolated = plugin.runtime === 'isolated';
  return (
    <Panel title="Sandbox" note={isolated ? layerNote(plugin) : undefined}>
      {isolated ? (
        <Layers layers={plugin.sandbox} running={plugin.pid > 0} />
      ) : (
        <p className={classes.none}>
          It runs in the host’s process, with all of the host’s rights. With <Mono>runtime: isolated</Mono> it would
          have a process and a sandbox of its own.
        </p>
      )}
    </Panel>
  );
}

function Offers({ plugin }: { plugin: Plugin }) {
  return (
    <Panel title="Offers">
      <Facts
        stacked
        facts={[
          ['Interfaces', <Lines key="interfaces" lines={plugin.provides} />],
          ['Routes', <Lines key="routes" lines={plugin.routes} />],
        ]}
      />
    </Panel>
  );
}

function Trouble({ plugin }: { plugin: Plugin }) {
  const failed = plugin.state === 'failed';
  const crashed = plugin.runtime === 'isolated' && plugin.state === 'degraded' && plugin.pid === 0;
  return (
    <Alert
      color={failed ? 'red' : 'yellow'}
      variant="outline"
      classNames={{ root: notice.surface, label: failed ? notice.badTitle : notice.warnTitle }}
      icon={<IconAlertTriangle size={20} aria-hidden />}
      title={`It is ${plugin.state}`}
    >
      <span className={notice.text}>
        {plugin.reason}
        {crashed && <span className={notice.hint}>A reload starts it at once.</span>}
      </span>
    </Alert>
  );
}

function factsOf(plugin: Plugin): [string, ReactNode][] {
  const isolated = plugin.runtime === 'isolated';
  return [
    ['Runtime', asWords(plugin.runtime)],
    ['Process', isolated ? (plugin.pid > 0 ? String(plugin.pid) : 'none runs') : 'the host’s'],
    ['Version', plugin.version],
    ['Generation', String(plugin.generation)],
    ['On trial', plugin.trial > 0 ? `generation ${plugin.trial}` : 'none'],
    ['Calls', formatCount(plugin.calls)],
    ['Errors', formatCount(plugin.errors)],
    ['Running now', formatCount(plugin.running)],
    ['Restarts after crashes', isolated ? formatCount(plugin.restarts) : ''],
    [
      'Left mapped',
      plugin.left_mapped > 0 ? `${plugin.left_mapped}: old generations that could not be unloaded` : '0',
    ],
    ['File', <Mono key="file">{plugin.file}</Mono>],
    ['Signature', plugin.signature ? <SignatureFact key="signature" signature={plugin.signature} /> : ''],
  ];
}

function SignatureFact({ signature }: { signature: Signature }) {
  const trusted = signature.status === 'trusted';
  return (
    <>
      <Tag tone={trusted && !signature.warning ? 'good' : 'warn'}>{asWords(signature.status)}</Tag>{' '}
      {trusted ? `by ${signature.signer}, ${formatTime(signature.signed_at)}` : signature.reason}
      {signature.warning && <div>{signature.warning}</div>}
    </>
  );
}

function Lines({ lines }: { lines: readonly string[] }) {
  return lines.length === 0 ? (
    'none'
  ) : (
    <>
      {lines.map((line) => (
        <div key={line}>
          <Mono>{line}</Mono>
        </div>
      ))}
    </>
  );
}

function layerNote({ sandbox }: Plugin): string | undefined {
  const active = sandbox.filter((layer) => layer.active).length;
  return sandbox.length === 0 ? undefined : `${active} of ${sandbox.length} layers are at work here`;
}

function Crashes({ instance }: { instance: string }) {
  const crashes = useCrashes();
  return (
    <Panel title="Crashes" note="The latest first; reports need the host’s token">
      {crashes.data ? (
        <CrashList crashes={crashes.data.filter((crash) => crash.instance === instance)} />
      ) : (
        crashes.error && <Failure error={crashes.error} onRetry={() => void crashes.refetch()} />
      )}
    </Panel>
  );
}
