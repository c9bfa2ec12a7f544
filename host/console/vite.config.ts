import react from '@vitejs/plugin-react';
import { sharedModules } from '@tenon/page/shared-modules';
import { defineConfig } from 'vite';
import { publishSharedModules, sharedEntries } from './build/shared-modules';
import { themeVariables } from './build/theme-variables';

process.env.NODE_ENV = 'production';

export default defineConfig({
  base: '/console/',
  plugins: [react(), publishSharedModules(sharedModules), themeVariables()],
  build: {
    target: 'es2022',
    // The preload helper would be injected for plugin modules that the shell cannot know.
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { console: 'index.html', ...sharedEntries(sharedModules) },
      preserveEntrySignatures: 'exports-only',
    },
  },
});
