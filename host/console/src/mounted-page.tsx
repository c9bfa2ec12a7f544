import { useComputedColorScheme } from '@mantine/core';
import type { ColorScheme, Mount } from '@tenon/page';
import { useEffect, useEffectEvent, useRef } from 'react';
import { useLocation, useNavigate } from 'react-router-dom';

interface Listeners {
  navigate: Set<(path: string) => void>;
  scheme: Set<(scheme: ColorScheme) => void>;
}

/** Holds a page that draws by itself: mounts it once per visit and passes changes on to it. */
export function MountedPage({ mount, basePath }: { mount: Mount; basePath: string }) {
  const element = useRef<HTMLDivElement>(null);
  const listeners = useRef<Listeners>({ navigate: new Set(), scheme: new Set() });
  const colorScheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const location = useLocation();
  const navigate = useNavigate();

  const start = useEffectEvent((target: HTMLElement) =>
    mount(target, {
      basePath,
      colorScheme,
      navigate: (path) => void navigate(path),
      onNavigate: (listener) => void listeners.current.navigate.add(listener),
      onColorScheme: (listener) => void listeners.current.scheme.add(listener),
    }),
  );
  useEffect(() => {
    const target = element.current;
    const { navigate: onNavigate, scheme: onScheme } = listeners.current;
    if (target === null) {
      return undefined;
    }
    const unmount = start(target);
    return () => {
      unmount();
      onNavigate.clear();
      onScheme.clear();
      target.replaceChildren();
    };
  }, [mount, basePath]);

  const path = location.pathname + location.search;
  useEffect(() => {
    listeners.current.navigate.forEach((listener) => listener(path));
  }, [path]);
  useEffect(() => {
    listeners.current.scheme.forEach((listener) => listener(colorScheme));
  }, [colorScheme]);

  return <div ref={element} />;
}
