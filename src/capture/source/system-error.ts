/** The operating system's code for an error (ENOENT, EACCES, EIO), or a word where there is none. */
export function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return 'unknown error';
}
