import { type RefObject, useEffect, useRef } from 'react';
import { useLocation, useNavigationType } from 'react-router-dom';

const waitLimitMs = 5_000;

/**
 * Moves the keyboard focus when the path changes, as a full page load would: to the new page's
 * heading when going forward, and back to the link that was followed when going back.
 */
export function useNavigationFocus(main: RefObject<HTMLElement | null>) {
  const { key, pathname } = useLocation();
  const type = useNavigationType();
  const followed = useRef(new Map<string, string>());
  const shownPath = useRef(pathname);

  useEffect(() => {
    const element = main.current;
    const links = followed.current;
    const remember = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
      if (link) {
        links.set(key, link.getAttribute('href') ?? '');
      }
    };
    element?.addEventListener('click', remember);
    return () => element?.removeEventListener('click', remember);
  }, [key, main]);

  useEffect(() => {
    if (main.current === null || shownPath.current === pathname) {
      return undefined;
    }
    shownPath.current = pathname;
    const link = type === 'POP' ? followed.current.get(key) : undefined;
    const selector = link === undefined ? 'h1' : `a[href="${CSS.escape(link)}"]`;
    return whenPresent(main.current, selector, (target) => {
      if (target instanceof HTMLHeadingElement) {
        target.tabIndex = -1;
      }
      target.focus({ preventScroll: target instanceof HTMLHeadingElement });
    });
  }, [key, main, pathname, type]);
}

// Pages fetch before they draw, so the element to focus may come later. Gives up when the user has
// meanwhile put the focus somewhere else.
function whenPresent(root: HTMLElement, selector: string, found: (element: HTMLElement) => void): () => void {
  const before = document.activeElement;
  const stop = () => {
    observer.disconnect();
    clearTimeout(timer);
  };
  const look = () => {
    const target = root.querySelector<HTMLElement>(selector);
    const moved = document.activeElement !== before && document.activeElement !== document.body;
    if (target && !moved) {
      found(target);
    }
    if (target || moved) {
      stop();
    }
  };
  const observer = new MutationObserver(look);
  const timer = setTimeout(stop, waitLimitMs);
  observer.observe(root, { childList: true, subtree: true });
  look();
  return stop;
}
