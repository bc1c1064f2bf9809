import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Captures of real kernels with the files an engineer would bring along; not part of the package. */
const ROOT = fileURLToPath(new URL('../../../shared/captures/real-kernel/', import.meta.url));

export interface RealScenario {
  /** `linux-4.9.154/s01-two-pods-one-snat` */
  readonly name: string;
  readonly kernel: string;
  readonly files: ReadonlyMap<string, string>;
  /** Of scenario.json: what moved between the snapshots, and what was set. */
  readonly counterDelta: ReadonlyMap<string, unknown>;
  readonly sysctls: ReadonlyMap<string, unknown>;
}

/** Every scenario that is there. Says so loudly when none is: the tests that use them then do nothing. */
export function realScenarios(): RealScenario[] {
  if (!existsSync(ROOT)) {
    process.stderr.write(
      `\nSKIPPED: no real-kernel captures at ${ROOT}; evidence is tested on inline texts only\n`,
    );
    return [];
  }
  return readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => readdirSync(join(ROOT, entry.name)).map((name) => scenario(entry.name, name)));
}

function scenario(kernel: string, name: string): RealScenario {
  const directory = join(ROOT, kernel, name);
  const texts = readdirSync(directory).filter((file) => file.endsWith('.txt'));
  const truth: unknown = JSON.parse(readFileSync(join(directory, 'scenario.json'), 'utf8'));
  return {
    name: `${kernel}/${name}`,
    kernel,
    files: new Map(texts.map((file) => [file, readFileSync(join(directory, file), 'utf8')])),
    counterDelta: mapOf(truth, 'counterDelta'),
    sysctls: mapOf(truth, 'sysctls'),
  };
}

function mapOf(truth: unknown, key: string): Map<string, unknown> {
  const value: unknown = Reflect.get(Object(truth), key);
  return new Map(Object.entries(Object(value)));
}
