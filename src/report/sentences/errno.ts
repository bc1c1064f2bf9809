/** Words for what the operating system refuses with. */
const ERRNO_WORDS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'no such file'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EISDIR', 'it is a directory'],
  ['ENOTDIR', 'a part of the path is not a directory'],
  ['ELOOP', 'too many symbolic links'],
  ['ENAMETOOLONG', 'the name is too long'],
  ['EMFILE', 'too many open files'],
  ['ENOSPC', 'no space left on the device'],
  ['EDQUOT', 'the disk quota is used up'],
  ['EFBIG', 'the file is too large'],
  ['EROFS', 'the file system is read-only'],
  ['EIO', 'the device reported an error'],
  ['ERR_STREAM_PREMATURE_CLOSE', 'the stream was closed before its end'],
]);

/** `ENOENT` in words; an unknown code stays as it is. */
export function errnoWords(code: string): string {
  return ERRNO_WORDS.get(code) ?? code;
}
