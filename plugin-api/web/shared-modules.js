// The modules that the console shell and every plugin page share as single instances: the shell
// publishes each of them through the import map of its index.html, and a plugin's build must leave
// them out of its own bundle. Two copies of React in one page would break hooks and contexts.
export const sharedModules = [
  'react',
  'react/jsx-runtime',
  'react-dom',
  'react-dom/client',
  'react-router-dom',
  '@tanstack/react-query',
  '@mantine/core',
  '@mantine/hooks',
];
