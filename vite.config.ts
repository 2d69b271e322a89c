import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { quantityPages } from './scripts/quantity-pages.ts';

// A relative base: the built page works from any folder of any static host.
export default defineConfig({
  base: './',
  // Markdown under docs/quantities becomes components, for the help.
  plugins: [svelte({ extensions: ['.svelte', '.md'], preprocess: quantityPages() })],
  build: { target: 'es2022', assetsInlineLimit: 0, chunkSizeWarningLimit: 8000 },
  worker: { format: 'es' },
});
