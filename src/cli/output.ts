import type { Io, Output } from './io.ts';
import { UsageError } from './io.ts';

/**
 * Runs `action` with the output that was asked for. A file is opened first, so that a path that cannot be written
 * is told before the work and not after it, and is put in its place only if the action succeeds.
 *
 * @param inputs what is read; the output must not take the place of any of it
 * @throws OutputFailed, UsageError, and whatever `action` throws.
 */
export async function withOutput<T>(
  io: Io,
  path: string | undefined,
  inputs: readonly string[],
  action: (output: Output) => T | Promise<T>,
): Promise<T> {
  if (path === undefined || path === '-') return action(io.stdout);
  if (inputs.some((input) => io.isSameFile(path, input))) {
    throw new UsageError(`${path}: the output would take the place of an input`);
  }
  const file = io.openFile(path);
  try {
    const result = await action(file);
    file.commit();
    return result;
  } catch (error) {
    file.abandon();
    throw error;
  }
}
