import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconFlask,
  IconLoader,
  IconPlayerStop,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './tag.module.css';

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'quiet';

/** A word in a coloured frame; the colour never stands alone. */
export function Tag({ tone = 'quiet', icon, children }: { tone?: Tone; icon?: ReactNode; children: ReactNode }) {
  return (
    <span className={classes.tag} data-tone={tone}>
      {icon}
      {children}
    </span>
  );
}

const states: Record<string, { tone: Tone; Icon: typeof IconLoader }> = {
  ready: { tone: 'good', Icon: IconCircleCheck },
  degraded: { tone: 'warn', Icon: IconAlertTriangle },
  failed: { tone: 'bad', Icon: IconCircleX },
  stopped: { tone: 'quiet', Icon: IconPlayerStop },
};

export function StateTag({ state }: { state: string }) {
  const { tone, Icon } = states[state] ?? { tone: 'info', Icon: IconLoader };
  return (
    <Tag tone={tone} icon={<Icon size={14} aria-hidden />}>
      {state}
    </Tag>
  );
}

export function TrialTag({ generation }: { generation: number }) {
  return (
    <Tag tone="info" icon={<IconFlask size={14} aria-hidden />}>
      {`generation ${generation} on trial`}
    </Tag>
  );
}

const outcomes: Record<string, Tone> = { serving: 'good', trial: 'info', refused: 'bad', 'rolled back': 'warn' };

export function OutcomeTag({ outcome }: { outcome: string }) {
  return <Tag tone={outcomes[outcome] ?? 'quiet'}>{outcome}</Tag>;
}
