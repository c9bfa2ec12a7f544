import { VisuallyHidden } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { Plugin } from './api';

/** Tells screen readers of states that changed since the last look, and of nothing else. */
export function StateAnnouncer({ plugins }: { plugins: readonly Plugin[] }) {
  const [text, setText] = useState('');
  const known = useRef(new Map<string, string>());
  useEffect(() => {
    const changed = plugins.filter(({ id, state }) => (known.current.get(id) ?? state) !== state);
    known.current = new Map(plugins.map(({ id, state }) => [id, state]));
    if (changed.length > 0) {
      setText(changed.map(({ id, state }) => `${id} is now ${state}.`).join(' '));
    }
  }, [plugins]);
  return <VisuallyHidden role="status">{text}</VisuallyHidden>;
}
