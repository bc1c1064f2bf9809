/** `npm ci` refuses a lock file that lacks anything, also what is meant for other systems than this one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const LOCK: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8'));

function entriesOf(value: unknown, key: string): [string, unknown][] {
  return Object.entries(Object(Reflect.get(Object(value), key)));
}

describe('package-lock.json', () => {
  const packages = entriesOf(LOCK, 'packages');
  const names = new Set(packages.map(([path]) => path.replace(/^.*node_modules\//, '')));

  it('has an entry for everything that its packages may need', () => {
    const needed = packages.flatMap(([, one]) =>
      [...entriesOf(one, 'dependencies'), ...entriesOf(one, 'optionalDependencies')].map(([name]) => name),
    );
    expect(needed.length).toBeGreaterThan(50);
    expect(needed.filter((name) => !names.has(name))).toEqual([]);
  });
});
