import { Anchor, Center, Loader } from '@mantine/core';
import { Link } from 'react-router-dom';
import type { Plugin } from './api';
import { StateAnnouncer } from './announcer';
import { CrashList } from './crash-list';
import { Failure } from './failure';
import { asWords, formatCount } from './format';
import classes from './page.module.css';
import { Panel } from './panel';
import { pluginPath } from './paths';
import { useCrashes, usePlugins } from './queries';
import { Stale } from './stale';
import { TableFrame } from './table-frame';
import table from './table.module.css';
import { StateTag, TrialTag } from './tag';

const columns = 8;

/** Every instance of the deployment with what it does now, and the latest crashes. */
export function PluginsPage() {
  const plugins = usePlugins();
  const crashes = useCrashes();
  return (
    <div className={classes.page}>
      <title>Plugins · tenon</title>
      <div className={classes.title}>
        <h1>Plugins</h1>
      </div>
      <p className={classes.lead}>{plugins.data ? summaryOf(plugins.data) : 'What the host runs now.'}</p>
      <Stale error={plugins.error} since={plugins.dataUpdatedAt} />
      {plugins.data ? (
        <div className={classes.stack}>
          <StateAnnouncer plugins={plugins.data} />
          <Panel title="Instances" note="Kept up to date while you look">
            <Instances plugins={plugins.data} />
          </Panel>
          <Panel title="Crashes" note="Of isolated plugins, the latest first; reports need the host’s token">
            {crashes.data ? (
              <CrashList crashes={crashes.data} named />
            ) : (
              crashes.error && <Failure error={crashes.error} onRetry={() => void crashes.refetch()} />
            )}
          </Panel>
        </div>
      ) : plugins.error ? (
        <Failure error={plugins.error} onRetry={() => void plugins.refetch()} />
      ) : (
        <Center mih="30vh">
          <Loader aria-label="Loading the plugins" />
        </Center>
      )}
    </div>
  );
}

function summaryOf(plugins: readonly Plugin[]): string {
  const states = new Map<string, number>();
  for (const { state } of plugins) {
    states.set(state, (states.get(state) ?? 0) + 1);
  }
  const parts = [...states].map(([state, count]) => `${formatCount(count)} ${state}`);
  return [plugins.length === 1 ? '1 instance' : `${formatCount(plugins.length)} instances`, ...parts].join(' · ');
}

function Instances({ plugins }: { plugins: readonly Plugin[] }) {
  if (plugins.length === 0) {
    return <p className={classes.none}>The configuration names no plugin.</p>;
  }
  return (
    <TableFrame label="Instances">
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">Instance</th>
            <th scope="col">State</th>
            <th scope="col" className={table.more}>
              Runtime
            </th>
            <th scope="col" className={table.extra}>
              Generation
            </th>
            <Number heading className={table.more}>
              Calls
            </Number>
            <Number heading>Errors</Number>
            <Number heading className={table.extra}>
              Running
            </Number>
            <Number heading className={table.extra}>
              Restarts
            </Number>
          </tr>
        </thead>
        <tbody>
          {plugins.map((plugin) => (
            <Row key={plugin.id} plugin={plugin} />
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function Row({ plugin }: { plugin: Plugin }) {
  return (
    <>
      <tr className={plugin.reason ? table.joined : undefined}>
        <Cells plugin={plugin} />
      </tr>
      {plugin.reason && (
        <tr>
          <td colSpan={columns} className={table.trouble}>
            {plugin.reason}
          </td>
        </tr>
      )}
    </>
  );
}

function Cells({ plugin }: { plugin: Plugin }) {
  return (
    <>
      <th scope="row">
        <Anchor component={Link} to={pluginPath(plugin.id)} underline="always" fz="inherit">
          {plugin.id}
        </Anchor>
        <span className={table.sub}>{`${plugin.library} ${plugin.version}`}</span>
      </th>
      <td>
        <StateTag state={plugin.state} />
        {plugin.denials.length > 0 && (
          <span className={table.fixed}>
            {plugin.denials.length === 1 ? '1 action refused' : `${formatCount(plugin.denials.length)} actions refused`}
          </span>
        )}
      </td>
      <td className={table.more}>
        {asWords(plugin.runtime)}
        {plugin.pid > 0 && <span className={table.fixed}>{`process ${plugin.pid}`}</span>}
      </td>
      <td className={table.extra}>
        {plugin.generation}
        {plugin.trial > 0 && (
          <>
            {' '}
            <TrialTag generation={plugin.trial} />
          </>
        )}
        {plugin.left_mapped > 0 && <span className={table.fixed}>{`${plugin.left_mapped} left mapped`}</span>}
      </td>
      <Number className={table.more}>{formatCount(plugin.calls)}</Number>
      <Number bad={plugin.errors > 0}>{formatCount(plugin.errors)}</Number>
      <Number className={table.extra}>{formatCount(plugin.running)}</Number>
      <Number className={table.extra}>{formatCount(plugin.restarts)}</Number>
    </>
  );
}

interface NumberProps {
  heading?: boolean;
  bad?: boolean;
  className?: string | undefined;
  children: string;
}

function Number({ heading = false, bad = false, className = '', children }: NumberProps) {
  const tone = children === '0' ? table.zero : bad ? table.bad : '';
  const all = [table.number, className, tone].filter(Boolean).join(' ');
  return heading ? (
    <th scope="col" className={all}>
      {children}
    </th>
  ) : (
    <td className={all}>{children}</td>
  );
}
