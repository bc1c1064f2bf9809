/** The house as tables: which room may see which, and who may touch the world. */
import { posix } from 'node:path';
import { factsOf } from './source-facts.ts';

/** Left to right. A room sees what stands to its left, never a room beside it or to its right. */
const ROOMS: readonly (readonly string[])[] = [
  ['units'],
  ['capture'],
  ['packet'],
  ['tracking'],
  ['kernel', 'clocks', 'evidence'],
  ['diagnosis'],
  ['report'],
  ['api'],
  ['cli'],
];

/** The door of the house: `src/index.ts` hands out what these rooms make. */
const DOOR = 'index.ts';
const SEEN_FROM_THE_DOOR: ReadonlySet<string> = new Set(['api', 'report']);

/** Packages, and the only place that may use each. */
const PACKAGES: ReadonlyMap<string, string> = new Map([
  ['yargs', 'cli/'],
  ['cli-table3', 'report/text/'],
  ['zstddec', 'capture/source/'],
]);

/** Where files, clocks, streams and the process may be touched. */
const EDGES: readonly string[] = ['capture/source/', 'api/input/', 'cli/'];

const MOST_LINES = 400;
const SAYS_NOTHING = /^(utils?|helpers?|misc|common|shared|stuff)\.ts$/;

/**
 * Breaches of the rules by one file, as `path:line what`.
 *
 * @param path of the file within src, with slashes
 */
export function breachesOf(path: string, source: string): string[] {
  const facts = factsOf(source);
  const atEdge = EDGES.some((edge) => path.startsWith(edge));
  const breaches: string[] = [];
  if (facts.lines > MOST_LINES) breaches.push(`${path}:${facts.lines} longer than ${MOST_LINES} lines`);
  if (SAYS_NOTHING.test(posix.basename(path))) breaches.push(`${path}:1 a name that says nothing`);
  for (const { what, line } of facts.unnamedExports) breaches.push(`${path}:${line} export ${what}`);
  for (const { what, line } of facts.imports) {
    const fault = faultOfImport(path, what, atEdge);
    if (fault !== null) breaches.push(`${path}:${line} ${fault}`);
  }
  if (!atEdge) for (const { what, line } of facts.worldly) breaches.push(`${path}:${line} uses ${what}`);
  return breaches;
}

function faultOfImport(path: string, specifier: string, atEdge: boolean): string | null {
  if (specifier === '?') return 'imports what cannot be read from the source';
  if (specifier.startsWith('node:')) return atEdge ? null : `imports ${specifier}`;
  if (!specifier.startsWith('.')) return faultOfPackage(path, specifier);
  const target = posix.join(posix.dirname(path), specifier);
  if (target.startsWith('..')) return `imports ${specifier} from outside of src`;
  if (!target.endsWith('.ts')) return `imports ${specifier} without its .ts`;
  const room = roomOf(path);
  const other = roomOf(target);
  if (room === other) return null;
  if (path === DOOR) return SEEN_FROM_THE_DOOR.has(other) ? null : `the door imports ${other}`;
  return columnOf(other) < columnOf(room) ? null : `${room} imports ${other}`;
}

function faultOfPackage(path: string, specifier: string): string | null {
  for (const [name, place] of PACKAGES) {
    if (specifier !== name && !specifier.startsWith(`${name}/`)) continue;
    return path.startsWith(place) ? null : `imports ${name}, which is for ${place}`;
  }
  return `imports ${specifier}, a package without a place in the table`;
}

function roomOf(path: string): string {
  const slash = path.indexOf('/');
  return slash < 0 ? path : path.slice(0, slash);
}

/** Position from the left; what is no room stands right of everything, so nothing may import it. */
function columnOf(room: string): number {
  const column = ROOMS.findIndex((rooms) => rooms.includes(room));
  return column < 0 ? ROOMS.length : column;
}

/** Rooms that the table does not know, and rooms of the table that are not there. */
export function strayRooms(found: readonly string[]): string[] {
  const known = ROOMS.flat();
  return [...found.filter((room) => !known.includes(room)), ...known.filter((room) => !found.includes(room))];
}
