import type { Io, Output } from './io.ts';

/**
 * Runs `action` with the output that was asked for. A file is opened first, so that a path that cannot be written
 * is told before the work and not after it, and is put in its place only if the action succeeds.
 *
 * @throws OutputFailed and whatever `action` throws.
 */
export async function withOutput<T>(
  io: Io,
  path: string | undefined,
  action: (output: Output) => T | Promise<T>,
): Promise<T> {
  if (path === undefined || path === '-') return action(io.stdout);
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
