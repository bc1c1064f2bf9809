/**
 * Joins the modules, and those of the packages they use, into few files without comments: a program of three hundred
 * modules spends most of its start on finding and reading them. Names stay as they are.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { defineConfig, RolldownMagicString } from 'rolldown';
import { parseSync, Visitor } from 'rolldown/utils';

/** The `string-width` of cli-table3, for yargs as well: its own, a later one, takes 40 ms to load. */
const table = createRequire(import.meta.resolve('cli-table3'));

export default defineConfig({
  input: { index: 'src/index.ts', 'cli/main': 'src/cli/main.ts', worker: 'src/cli/jobs/worker.ts' },
  platform: 'node',
  external: [/^node:/],
  resolve: { alias: { 'string-width': table.resolve('string-width') } },
  plugins: [plainReads(), licences()],
  logLevel: 'warn',
  output: {
    dir: 'dist',
    chunkFileNames: 'chunks/[name]-[hash].js',
    cleanDir: true,
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  },
});

/**
 * Writes out what the state tables are read with, the functions of `src/units/table.ts` and the offsets of their fields:
 * `i32(words, at + ROW.flags)` becomes `words[at + 19] ?? 0`. A function that everybody calls learns from all its callers
 * at once, and takes up the room that the engine grants for drawing others in: written out, an analysis costs about a
 * tenth less (`npm run bench`).
 */
function plainReads() {
  const readers = join(import.meta.dirname, 'src/units/table.ts');
  const offsetsOf = new Map();
  return {
    name: 'plain-reads',
    transform: {
      filter: { id: /[/\\]src[/\\].*\.ts$/ },
      handler(code, id) {
        if (id === readers) return null;
        const { program } = parseSync(id, code);
        const names = new Set();
        const tables = new Map(offsetTables(program));
        for (const statement of program.body) {
          if (statement.type !== 'ImportDeclaration' || !statement.source.value.startsWith('.')) continue;
          const file = resolve(dirname(id), statement.source.value);
          if (!offsetsOf.has(file)) {
            offsetsOf.set(file, offsetTables(parseSync(file, readFileSync(file, 'utf8')).program));
          }
          for (const { imported, local } of statement.specifiers) {
            if (file === readers) names.add(local.name);
            const offsets = offsetsOf.get(file).get(imported?.name);
            if (offsets !== undefined) tables.set(local.name, offsets);
          }
        }
        const text = new RolldownMagicString(code);
        new Visitor({
          CallExpression({ start, end, callee, arguments: [array, index] }) {
            if (callee.type !== 'Identifier' || !names.has(callee.name)) return;
            text.overwrite(start, array.start, '((');
            text.overwrite(array.end, index.start, ')[');
            text.overwrite(index.end, end, '] ?? 0)');
          },
          MemberExpression({ start, end, computed, object, property }) {
            const value = computed ? undefined : tables.get(object.name)?.get(property.name);
            if (value !== undefined) text.overwrite(start, end, String(value));
          },
        }).visit(program);
        return { code: text.toString(), map: null };
      },
    },
  };
}

/** The constant objects of a module that hold nothing but numbers: by name, the number of each field. */
function offsetTables(program) {
  const tables = new Map();
  for (const statement of program.body) {
    const { declarations = [], kind } = statement.declaration ?? statement;
    for (const { id, init } of kind === 'const' ? declarations : []) {
      const fields = init?.type === 'TSAsExpression' ? init.expression.properties : undefined;
      if (fields?.every(({ key, value }) => key?.name !== undefined && typeof value.value === 'number')) {
        tables.set(id.name, new Map(fields.map(({ key, value }) => [key.name, value.value])));
      }
    }
  }
  return tables;
}

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
