import { forEachLine } from './lines.ts';
import { note } from './problem.ts';
import type { LineProblem } from './problem.ts';
import { RELEASE_KEY, SYSCTL_FIELDS, WHOLE_LISTING_KEYS, rpFilterInterface } from './sysctl-keys.ts';
import type { SysctlField } from './sysctl-keys.ts';
import { readSysctlLine } from './sysctl-line.ts';

/** One setting and the 1-based line that holds it. */
export interface SysctlFact<Value> {
  readonly value: Value;
  readonly line: number;
}

/** The settings with a whole number; undefined when the text does not hold the key. */
export type SysctlNumbers = { readonly [Field in SysctlField]?: SysctlFact<number> };

/** What a text of kernel settings says. */
export interface SysctlFacts extends SysctlNumbers {
  /** `kernel.osrelease`, as written. */
  readonly kernelRelease?: SysctlFact<string>;
  /** `net.ipv4.conf.<interface>.rp_filter` by interface, `all` and `default` among them. */
  readonly rpFilter: ReadonlyMap<string, SysctlFact<number>>;
  /**
   * `listing`: every line has the shape in which sysctl(8) or /proc/sys prints the running values.
   * `configuration`: some line can only stand in a sysctl.d file, which says what was wanted, not what runs.
   */
  readonly source: 'listing' | 'configuration';
  /** All of `WHOLE_LISTING_KEYS` are there: an absent `tcp_tw_recycle` means that the kernel has none. */
  readonly wholeListing: boolean;
  /** Where a program said that there is no `tcp_tw_recycle`. In a container of an old kernel that is said, too. */
  readonly recycleRefusedAt?: number;
  /** Settings read, known or not. */
  readonly settings: number;
  readonly problems: readonly LineProblem[];
}

const MAX_INTERFACES = 4096;
const WHOLE_NUMBER = /^-?\d{1,15}$/;

/**
 * Reads `sysctl -a`, /proc/sys as `grep -r .` or `head` prints it, and files of /etc/sysctl.d (sysctl.d(5): the last
 * one wins). Never throws.
 *
 * @example parseSysctl('net.ipv4.tcp_tw_recycle = 1').twRecycle // { value: 1, line: 1 }
 */
export function parseSysctl(text: string): SysctlFacts {
  const problems: LineProblem[] = [];
  const numbers: { [Field in SysctlField]?: SysctlFact<number> } = {};
  const fields: ReadonlyMap<string, SysctlField> = new Map(Object.entries(SYSCTL_FIELDS));
  const rpFilter = new Map<string, SysctlFact<number>>();
  const seen = new Set<string>();
  let kernelRelease: SysctlFact<string> | undefined;
  let recycleRefusedAt: number | undefined;
  let configuration = false;
  let settings = 0;
  let pathKey: string | null = null;

  function accept(key: string, value: string, line: number): void {
    settings++;
    if (WHOLE_LISTING_KEYS.has(key)) {
      seen.add(key);
    }
    const field = fields.get(key);
    const face = rpFilterInterface(key);
    if (key === RELEASE_KEY) {
      kernelRelease = { value, line };
    } else if (field === undefined && face === null) {
      return;
    } else if (!WHOLE_NUMBER.test(value)) {
      note(problems, line, 'whole-number');
    } else if (field !== undefined) {
      numbers[field] = { value: Number(value), line };
    } else if (face !== null && (rpFilter.has(face) || rpFilter.size < MAX_INTERFACES)) {
      rpFilter.set(face, { value: Number(value), line });
    } else {
      note(problems, line, 'fewer-entries');
    }
  }

  forEachLine(text, (line, number) => {
    if (line === null) {
      note(problems, number, 'shorter-line');
      return;
    }
    const read = readSysctlLine(line);
    if (pathKey !== null && read.kind !== 'path') {
      if (read.kind !== 'nothing') {
        accept(pathKey, line.trim(), number);
      }
      pathKey = null;
      return;
    }
    switch (read.kind) {
      case 'setting':
        configuration ||= read.tight;
        accept(read.key, read.value, number);
        break;
      case 'path':
        pathKey = read.key;
        break;
      case 'refusal':
        if (read.text.includes('tcp_tw_recycle') && !/permission/i.test(read.text)) {
          recycleRefusedAt ??= number;
        }
        break;
      case 'remark':
        configuration = true;
        break;
      case 'other':
        // Values of several lines are common (fs.binfmt_misc); only a damaged line about TCP is worth a word.
        if (line.includes('tcp_')) {
          note(problems, number, 'sysctl-setting');
        }
        break;
      case 'nothing':
        break;
    }
  });
  if (settings === 0 && recycleRefusedAt === undefined) {
    note(problems, 0, 'sysctl-setting');
  }

  return {
    ...numbers,
    ...(kernelRelease === undefined ? {} : { kernelRelease }),
    ...(recycleRefusedAt === undefined ? {} : { recycleRefusedAt }),
    rpFilter,
    source: configuration ? 'configuration' : 'listing',
    wholeListing: !configuration && seen.size === WHOLE_LISTING_KEYS.size,
    settings,
    problems,
  };
}

/**
 * True when the text shows that the kernel has no `tcp_tw_recycle` at all, which is so from 4.12 on (commit
 * 4396e46187ca "tcp: remove tcp_tw_recycle").
 */
export function lacksRecycle(facts: SysctlFacts): boolean {
  return facts.twRecycle === undefined && facts.wholeListing;
}
