import react from '@vitejs/plugin-react';
import { sharedModules } from '@tenon/page/shared-modules';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  define: { 'process.env.NODE_ENV': JSON.stringify('production') },
  build: {
    target: 'es2022',
    lib: { entry: 'src/catalog.tsx', formats: ['es'], fileName: 'catalog', cssFileName: 'catalog' },
    rollupOptions: { external: [...sharedModules] },
  },
});
