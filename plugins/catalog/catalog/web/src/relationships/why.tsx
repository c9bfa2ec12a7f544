import { Popover, UnstyledButton } from '@mantine/core';
import { IconHelpCircle } from '@tabler/icons-react';
import type { Kind, Relationship } from '../api';
import { kinds } from './kinds';
import { Proof } from './proof';
import classes from './why.module.css';

interface WhyProps {
  item: Relationship;
  kind: Kind;
  /** The claim itself ("REQUIRED") or the question below the card opens the same proof. */
  from: 'claim' | 'question';
}

export function Why({ item, kind, from }: WhyProps) {
  const { label, Icon } = kinds[kind];
  return (
    <Popover width={340} position="bottom-start" shadow="md" trapFocus returnFocus withRoles>
      <Popover.Target>
        {from === 'claim' ? (
          <UnstyledButton className={classes.claim} aria-label={`${label}: why ${item.name}?`}>
            <Icon size={15} aria-hidden />
            {label}
          </UnstyledButton>
        ) : (
          <UnstyledButton className={classes.question} aria-label={`Why? ${item.name}`}>
            <IconHelpCircle size={15} aria-hidden />
            Why?
          </UnstyledButton>
        )}
      </Popover.Target>
      <Popover.Dropdown aria-label={`Why ${item.name}`} className={classes.dropdown}>
        <Proof item={item} kind={kind} />
      </Popover.Dropdown>
    </Popover>
  );
}
