/** What the paths that were named stand for: captures, each once; and what is left out, with the reason. */
import { readdirSync, statSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { join } from 'node:path';
import { recognise } from '../../capture/magic.ts';
import { pullPath } from '../../capture/source/pull-path.ts';
import { errorCode } from '../../capture/source/system-error.ts';
import type { SkippedInput } from '../../report/several.ts';
import { isLossyName } from '../../units/lossy-name.ts';
import { givenText } from '../given.ts';
import type { AnalyzeOptions } from '../options.ts';
import { lookInto } from './look.ts';

export interface Selection {
  readonly captures: readonly string[];
  readonly skipped: readonly SkippedInput[];
}

/** Names of captures. What is called so and is none is a bad capture, and not just another file. */
const CAPTURE_NAME = /\.(?:pcap|pcapng|cap|dmp|snoop)(?:\.?\d+)?(?:\.(?:gz|zst|xz|lz4|bz2))?$/i;
/** Compressed forms whose inside can be looked at. */
const OPENED: ReadonlySet<string> = new Set(['gzip', 'zstd']);
/** What the operating system says of a link without a target. */
const NOWHERE: ReadonlySet<string> = new Set(['ENOENT', 'ELOOP']);

/**
 * Directories become the captures right inside, by content; symbolic links are followed; a file that was met under
 * another name is left out. What cannot be read stays in: its reading tells why.
 * @throws TypeError when a path is no string
 */
export async function selectCaptures(
  paths: string | readonly string[],
  { onSkipped }: Pick<AnalyzeOptions, 'onSkipped'>,
): Promise<Selection> {
  const captures: string[] = [];
  const skipped: SkippedInput[] = [];
  const met = new Map<string, string>();
  const take = (path: string): void => {
    const identity = identityOf(path);
    const sameAs = identity === null ? undefined : met.get(identity);
    if (sameAs === undefined) {
      if (identity !== null) met.set(identity, path);
      captures.push(path);
    } else {
      skipped.push({ file: path, reason: 'same-file', sameAs });
    }
  };
  for (const path of pathsOf(paths)) {
    const inside = path === '-' ? null : namesIn(path)?.map((name) => join(path, name));
    let found = 0;
    for (const one of inside ?? []) {
      const reason = await whyNot(one);
      if (reason !== null) skipped.push({ file: one, reason, sameAs: null });
      else {
        take(one);
        found += 1;
      }
    }
    // A directory without captures is an input that cannot be read.
    if (found === 0) take(path);
  }
  for (const each of skipped) onSkipped?.(each);
  return { captures, skipped };
}

/** @throws TypeError when one of them is no string */
function pathsOf(paths: string | readonly string[]): readonly string[] {
  if (!Array.isArray(paths)) return [givenText('path', paths)];
  return paths.map((path: unknown) => givenText('path', path));
}

/** Why what lies in a directory is left out; null for a capture, for what claims to be one, and for what may be one. */
async function whyNot(path: string): Promise<SkippedInput['reason'] | null> {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) return 'directory';
    if (!stats.isFile()) return 'special';
    return CAPTURE_NAME.test(path) || (await holdsCapture(path)) ? null : 'no-capture';
  } catch (error) {
    const leadsNowhere = NOWHERE.has(errorCode(error)) && !isLossyName(path);
    return leadsNowhere && !CAPTURE_NAME.test(path) ? 'no-capture' : null;
  }
}

/** @throws what the operating system says when it cannot be opened or read */
async function holdsCapture(path: string): Promise<boolean> {
  const pull = pullPath(path, null);
  if (typeof pull === 'string') return false;
  try {
    const first = await pull.next();
    if (first === null) return false;
    const recognition = recognise(first, 0, first.length);
    if (recognition.kind !== 'compressed') return recognition.kind === 'capture';
    return OPENED.has(recognition.format) && (await unpacksToCapture(path));
  } finally {
    pull.close();
  }
}

async function unpacksToCapture(path: string): Promise<boolean> {
  const capture = await lookInto(() => pullPath(path, null), 1, {});
  return capture.close().format !== null;
}

/** What is in a directory, in order; null for anything else, and for a directory that cannot be listed. */
function namesIn(path: string): readonly string[] | null {
  try {
    if (statsOf(path)?.isDirectory() !== true) return null;
    // Ring files count up without leading zeros.
    return readdirSync(path).sort(new Intl.Collator('en', { numeric: true }).compare);
  } catch {
    return null;
  }
}

/** The same text for the same file; a path that leads nowhere is only the same as itself. Null when it is not known. */
function identityOf(path: string): string | null {
  const stats = path === '-' ? null : statsOf(path);
  if (stats !== null) return `file ${stats.dev} ${stats.ino}`;
  return isLossyName(path) ? null : `path ${path}`;
}

function statsOf(path: string): BigIntStats | null {
  try {
    return statSync(path, { bigint: true });
  } catch {
    return null;
  }
}
