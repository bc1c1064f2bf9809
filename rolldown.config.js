/**
 * Joins the modules, and those of the packages they use, into few files without comments: a program of three hundred
 * modules spends most of its start on finding and reading them. Names stay as they are.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { defineConfig } from 'rolldown';

/** The `string-width` of cli-table3, for yargs as well: its own, a later one, takes 40 ms to load. */
const table = createRequire(import.meta.resolve('cli-table3'));

export default defineConfig({
  input: { index: 'src/index.ts', 'cli/main': 'src/cli/main.ts' },
  platform: 'node',
  external: [/^node:/],
  resolve: { alias: { 'string-width': table.resolve('string-width') } },
  plugins: [licences()],
  logLevel: 'warn',
  output: {
    dir: 'dist',
    chunkFileNames: 'chunks/[name]-[hash].js',
    cleanDir: true,
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  },
});

/** Writes down whose packages went in, each with the text of its licence, as these demand of whoever hands them on. */
function licences() {
  return {
    name: 'licences',
    generateBundle(_options, bundle) {
      const folders = Object.values(bundle)
        .flatMap(({ moduleIds }) => moduleIds ?? [])
        .map((id) => /^.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+/.exec(id)?.[0])
        .filter((folder) => folder !== undefined);
      const texts = new Set([...new Set(folders)].map(licenceOf).sort());
      const source = [...texts].join(`\n${'-'.repeat(80)}\n\n`);
      this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-LICENSES.txt', source });
    },
  };
}

function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${name} ${version} comes without the text of its licence`);
  return `${name} ${version}\nLicence: ${license}\n\n${readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim()}\n`;
}
