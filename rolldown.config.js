/**
 * Joins the modules into few files without comments: a program of two hundred modules spends most of its start on finding
 * and reading them. Names stay as they are.
 */
import { defineConfig } from 'rolldown';
import manifest from './package.json' with { type: 'json' };

export default defineConfig({
  input: { index: 'src/index.ts', 'cli/main': 'src/cli/main.ts' },
  platform: 'node',
  external: [/^node:/, ...Object.keys(manifest.dependencies)],
  logLevel: 'warn',
  output: {
    dir: 'dist',
    chunkFileNames: 'chunks/[name]-[hash].js',
    cleanDir: true,
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  },
});
