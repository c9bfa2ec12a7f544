// In a cascade layer, so that a page's own stylesheet wins wherever it stands in the document.
import '@mantine/core/styles.layer.css';
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
