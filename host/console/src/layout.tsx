import { Anchor } from '@mantine/core';
import { useRef } from 'react';
import { Link, NavLink, Outlet, ScrollRestoration } from 'react-router-dom';
import { ColorSchemeMenu } from './color-scheme-menu';
import classes from './layout.module.css';
import { useNavigationFocus } from './navigation-focus';
import { usePages } from './pages';
import { apiPath, pluginsPath } from './plugins/paths';

/** The frame around every page: skip link, header with navigation, main region. */
export function Layout() {
  const main = useRef<HTMLElement>(null);
  useNavigationFocus(main);
  return (
    <>
      <Anchor className={classes.skip} href="#main" underline="always">
        Skip to the content
      </Anchor>
      <header className={classes.header}>
        <Link to="/" className={classes.brand}>
          <img src="/console/assets/tenon.svg" alt="" width={26} height={26} />
          <span>tenon</span>
        </Link>
        <Navigation />
        <ColorSchemeMenu />
      </header>
      <main id="main" ref={main} tabIndex={-1} className={classes.main}>
        <Outlet />
      </main>
      <ScrollRestoration />
    </>
  );
}

function Navigation() {
  const { data: pages = [] } = usePages();
  return (
    <nav aria-label="Pages" className={classes.nav}>
      <ul>
        {pages.map((page) => (
          <li key={page.path}>
            <NavLink to={page.path} className={classes.link}>
              {page.title}
            </NavLink>
          </li>
        ))}
        <li>
          <NavLink to={pluginsPath} className={classes.link}>
            Plugins
          </NavLink>
        </li>
        <li>
          <NavLink to={apiPath} className={classes.link}>
            API
          </NavLink>
        </li>
      </ul>
    </nav>
  );
}
