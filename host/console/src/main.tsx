import '@mantine/core/styles.css';
import 'virtual:theme-variables.css';
import './console.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Console } from './console';

const root = document.getElementById('root');
if (root === null) {
  throw new Error('index.html has no element with the id "root"');
}
createRoot(root).render(
  <StrictMode>
    <Console />
  </StrictMode>,
);
