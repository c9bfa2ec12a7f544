import { Alert, Button, Group } from '@mantine/core';
import { IconArrowBackUp, IconCircleCheck, IconFlask, IconKeyOff, IconRefresh } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type MouseEvent, useEffect, useRef, useState } from 'react';
import { type Plugin, type Reload, postRollback, putReload } from './api';
import { Failure } from './failure';
import { formatDuration } from './format';
import notice from './notice.module.css';
import { keys } from './queries';
import { ReloadDialog } from './reload-dialog';
import { RollbackDialog } from './rollback-dialog';
import { useHostToken } from './token';

type Asked = 'reload' | 'canary' | 'rollback' | null;

/** Reload, canary reload and roll back, and what came of the last of them. */
export function Actions({ plugin }: { plugin: Plugin }) {
  const [asked, setAsked] = useState<Asked>(null);
  const { token, forget } = useHostToken();
  const { run, busy, result, failure } = useChange(plugin.id);
  const onTrial = plugin.trial > 0;
  const close = () => setAsked(null);
  const opener = useRef<HTMLButtonElement>(null);
  const ask = (what: Asked) => (event: MouseEvent<HTMLButtonElement>) => {
    opener.current = event.currentTarget;
    setAsked(what);
  };
  // A button that is disabled while the host works loses the focus.
  useEffect(() => {
    if (!busy && document.activeElement === document.body) {
      opener.current?.focus();
    }
  }, [busy]);
  return (
    <div>
      <Group gap="xs" role="group" aria-label="Actions">
        <Button
          leftSection={<IconRefresh size={17} aria-hidden />}
          loading={busy}
          onClick={ask('reload')}
        >
          Reload
        </Button>
        <Button
          variant="default"
          leftSection={<IconFlask size={17} aria-hidden />}
          disabled={busy}
          onClick={ask('canary')}
        >
          Canary reload
        </Button>
        <Button
          variant="default"
          leftSection={<IconArrowBackUp size={17} aria-hidden />}
          disabled={busy || !(onTrial || plugin.earlier_version)}
          onClick={ask('rollback')}
        >
          {onTrial ? 'End the trial' : 'Roll back'}
        </Button>
        {token !== null && (
          <Button
            variant="subtle"
            color="gray"
            leftSection={<IconKeyOff size={17} aria-hidden />}
            onClick={forget}
          >
            Forget the token
          </Button>
        )}
      </Group>
      <div role="status" aria-label="Result of the last action">
        {result && <Done reload={result} />}
      </div>
      <div role="alert">{failure && <Refused error={failure} />}</div>
      <ReloadDialog
        key={asked === 'canary' ? 'canary' : 'reload'}
        opened={asked === 'reload' || asked === 'canary'}
        canary={asked === 'canary'}
        plugin={plugin}
        onClose={close}
        onReload={(order) => {
          close();
          void run(`Reloading ${plugin.id}`, (held) => putReload(plugin.id, order, held));
        }}
      />
      <RollbackDialog
        opened={asked === 'rollback'}
        plugin={plugin}
        onClose={close}
        onRollback={() => {
          close();
          void run(`Rolling ${plugin.id} back`, (held) => postRollback(plugin.id, held));
        }}
      />
    </div>
  );
}

function useChange(id: string) {
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<Reload | null>(null);
  const [failure, setFailure] = useState<Error | null>(null);
  const { withToken } = useHostToken();
  const client = useQueryClient();
  const run = async (purpose: string, change: (token: string) => Promise<Reload>) => {
    setBusy(true);
    setResult(null);
    setFailure(null);
    try {
      setResult((await withToken(purpose, change)) ?? null);
    } catch (error) {
      setFailure(error instanceof Error ? error : new Error(String(error)));
    } finally {
      setBusy(false);
      // A new version may have other pages.
      void client.invalidateQueries({ queryKey: ['host', 'pages'] });
      void client.invalidateQueries({ queryKey: keys.plugin(id) });
    }
  };
  return { run, busy, result, failure };
}

const headlines: Record<string, (reload: Reload) => string> = {
  serving: ({ to, to_version }) => `Generation ${to} (${to_version}) serves`,
  trial: ({ to, to_version }) => `Generation ${to} (${to_version}) is on trial`,
  'rolled back': ({ from, from_version }) => `Generation ${from} (${from_version}) goes on serving`,
};

function Done({ reload }: { reload: Reload }) {
  const headline = headlines[reload.outcome]?.(reload) ?? reload.outcome;
  const exchange = reload.swap_us > 0 ? `The host took ${formatDuration(reload.swap_us)} for the exchange. ` : '';
  return (
    <Alert
      mt="sm"
      color="green"
      variant="outline"
      role="presentation"
      classNames={{ root: notice.surface, label: notice.goodTitle }}
      icon={<IconCircleCheck size={20} aria-hidden />}
      title={headline}
    >
      <span className={notice.text}>{`${exchange}Reason on record: ${reload.reason}.`}</span>
    </Alert>
  );
}

function Refused({ error }: { error: Error }) {
  return (
    <Group mt="sm" gap={0} grow>
      <Failure error={error} />
    </Group>
  );
}
