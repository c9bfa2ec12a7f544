import { type ReactNode, useEffect, useRef, useState } from 'react';
import table from './table.module.css';

/** A table that scrolls by itself where it is too wide; then the keyboard can reach and scroll it, too. */
export function TableFrame({ label, children }: { label: string; children: ReactNode }) {
  const frame = useRef<HTMLDivElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const element = frame.current;
    if (element === null) {
      return undefined;
    }
    const look = () => setScrolls(element.scrollWidth > element.clientWidth);
    const observer = new ResizeObserver(look);
    observer.observe(element);
    for (const child of element.children) {
      observer.observe(child);
    }
    return () => observer.disconnect();
  }, []);
  return (
    <div
      ref={frame}
      className={table.frame}
      {...(scrolls && { tabIndex: 0, role: 'group', 'aria-label': `${label}, scrolls sideways` })}
    >
      {children}
    </div>
  );
}
