import type { EvidenceFile } from '../evidence/evidence.ts';
import type { EvidenceRole } from '../evidence/role.ts';
import { mayBeEvidence } from '../evidence/role.ts';
import type { Io } from './io.ts';
import { UsageError } from './io.ts';

/** What the command line names besides captures. */
export interface EvidenceArguments {
  readonly sysctl: string | undefined;
  readonly netstatBefore: readonly string[] | undefined;
  readonly netstatAfter: readonly string[] | undefined;
  readonly nodes: string | undefined;
  /** Directories of such files, or single ones, recognised by content and name. */
  readonly evidence: readonly string[] | undefined;
}

/** The largest list of nodes is some megabytes. */
const MAX_BYTES = 64 * 1024 * 1024;
const MAX_FILES = 200;

/**
 * Reads everything that was named, files named for a role first; null when nothing was.
 *
 * @throws InputFailed for a file that cannot be read, UsageError for a directory without any evidence.
 */
export function readEvidence(io: Io, args: EvidenceArguments): readonly EvidenceFile[] | null {
  const files: EvidenceFile[] = [];
  const add = (paths: readonly string[], role?: EvidenceRole): void => {
    for (const path of paths) files.push({ name: path, text: io.readText(path, MAX_BYTES), role });
  };
  add(asList(args.sysctl), 'sysctl');
  add(args.netstatBefore ?? [], 'counters-before');
  add(args.netstatAfter ?? [], 'counters-after');
  add(asList(args.nodes), 'nodes');
  for (const path of args.evidence ?? []) add(inDirectory(io, path));
  return files.length === 0 ? null : files;
}

/** All paths that a command line names for reading. */
export function inputsOf(
  args: EvidenceArguments & { readonly captures: readonly string[] },
): readonly string[] {
  return [
    ...args.captures,
    ...asList(args.sysctl),
    ...(args.netstatBefore ?? []),
    ...(args.netstatAfter ?? []),
    ...asList(args.nodes),
    ...(args.evidence ?? []),
  ];
}

function inDirectory(io: Io, path: string): readonly string[] {
  const names = io.listFiles(path);
  if (names === null) return [path];
  const found = names.filter(mayBeEvidence);
  if (found.length === 0) throw new UsageError(`${path}: no evidence in it (.txt, .json, .conf or .out)`);
  if (found.length > MAX_FILES) {
    throw new UsageError(`${path}: ${found.length} files; name those that matter with --sysctl and so on`);
  }
  return found.map((name) => `${path.replace(/\/+$/, '')}/${name}`);
}

function asList(path: string | undefined): readonly string[] {
  return path === undefined ? [] : [path];
}
