import type { ComponentType } from 'react';

/**
 * What a plugin's page module may export. The shell imports the module once, the first time a path
 * below the page's `path` is opened, after the page's stylesheets have loaded.
 *
 * Export either a React component as `default` (it renders inside the shell's tree and shares its
 * router, query cache, theme and error boundary) or `mount` for a page that brings its own way of
 * drawing. When both are present, `default` is used.
 */
export interface PageModule {
  default?: ComponentType<PageProps>;
  mount?: Mount;
}

export interface PageProps {
  /** The page's own path without a trailing slash, for example `/catalog`. */
  basePath: string;
}

/**
 * Draws into `element`, which is empty and belongs to the page until the returned function is
 * called. Called again for every visit; not called for a change of path within the page.
 */
export type Mount = (element: HTMLElement, context: MountContext) => Unmount;
export type Unmount = () => void;

export interface MountContext {
  /** The page's own path without a trailing slash. */
  readonly basePath: string;
  /** The scheme in force when the page is mounted; later changes reach `onColorScheme`. */
  readonly colorScheme: ColorScheme;
  /** Opens a path of this site without reloading the document. */
  navigate(path: string): void;
  /** Calls `listener` on every change of path or query, until the page is unmounted. */
  onNavigate(listener: (path: string) => void): void;
  /** Calls `listener` on every change of colour scheme, until the page is unmounted. */
  onColorScheme(listener: (scheme: ColorScheme) => void): void;
}

export type ColorScheme = 'light' | 'dark';

/*
 * Styles. A page ships its own stylesheet, named by the host's list of pages, and scopes its class
 * names. Beside Mantine's CSS variables it may rely on these, which follow the colour scheme:
 *   --tenon-surface   background of cards and panels
 *   --tenon-line      hairlines and borders
 *   --tenon-muted     secondary text, readable on body and surface
 *   --tenon-hover     background under the pointer
 * The content security policy is `default-src 'self'` without exceptions for styles: `<style>`
 * elements and `style` attributes in markup are refused. Mantine's responsive style props
 * (`w={{ base: 1, sm: 2 }}`), `SimpleGrid`, `Grid`, `AppShell` and modals with a scroll lock write
 * such elements; use a stylesheet with media queries instead.
 */
