import { Button, Group, Modal, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Canary, Plugin, ReloadOrder } from './api';
import { fileName } from './format';
import classes from './reload-dialog.module.css';

interface ReloadDialogProps {
  opened: boolean;
  canary: boolean;
  plugin: Plugin;
  onClose: () => void;
  onReload: (order: ReloadOrder) => void;
}

const usual: Canary = {
  share_percent: 10,
  duration_ms: 30_000,
  min_calls: 50,
  max_error_percent: 2,
  max_latency_factor: 2,
};

/** Asks for the file and, for a canary, for its share, its time and what ends it. */
export function ReloadDialog({ opened, canary, plugin, onClose, onReload }: ReloadDialogProps) {
  const [file, setFile] = useState('');
  const [trial, setTrial] = useState(usual);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const path = file.trim();
    onReload({ ...(path && { file: path }), ...(canary && { canary: trial }) });
  };
  const set = (change: Partial<Canary>) => setTrial((now) => ({ ...now, ...change }));
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={canary ? `Canary reload of ${plugin.id}` : `Reload ${plugin.id}`}
      size="lg"
      lockScroll={false}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': 'Close' }}
      centered
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <Text size="sm">
            {canary
              ? 'The new generation starts beside the one that serves and takes a share of the calls. The host goes back by itself when it errs more, is slower or crashes.'
              : 'The new generation starts beside the one that serves and takes over in one step once it is ready. When it fails, nothing changes.'}
          </Text>
          <TextInput
            label="Library file"
            description={`A path on the host. Empty: ${plugin.file || 'the one it came from'}`}
            placeholder={fileName(plugin.file)}
            value={file}
            onChange={(event) => setFile(event.currentTarget.value)}
            spellCheck={false}
            autoComplete="off"
            data-autofocus
          />
          {canary && <CanaryFields trial={trial} set={set} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit">{canary ? 'Start the canary' : 'Reload now'}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function CanaryFields({ trial, set }: { trial: Canary; set: (change: Partial<Canary>) => void }) {
  const number = (value: string | number, otherwise: number) => (typeof value === 'number' ? value : otherwise);
  return (
    <div className={classes.fields}>
      <NumberInput
        label="Share of the calls"
        suffix=" %"
        min={0.1}
        max={100}
        value={trial.share_percent}
        onChange={(value) => set({ share_percent: number(value, usual.share_percent) })}
      />
      <NumberInput
        label="Time"
        suffix=" s"
        min={1}
        max={86_400}
        value={trial.duration_ms / 1_000}
        onChange={(value) => set({ duration_ms: Math.round(number(value, usual.duration_ms / 1_000) * 1_000) })}
      />
      <NumberInput
        label="Most errors beyond the old one’s"
        suffix=" %"
        min={0}
        max={100}
        value={trial.max_error_percent}
        onChange={(value) => set({ max_error_percent: number(value, usual.max_error_percent) })}
      />
      <NumberInput
        label="Slowest, of the old one’s median"
        suffix=" times"
        min={1}
        max={1_000}
        value={trial.max_latency_factor}
        onChange={(value) => set({ max_latency_factor: number(value, usual.max_latency_factor) })}
      />
      <NumberInput
        label="Calls before it is judged"
        min={1}
        allowDecimal={false}
        value={trial.min_calls}
        onChange={(value) => set({ min_calls: number(value, usual.min_calls) })}
      />
    </div>
  );
}
