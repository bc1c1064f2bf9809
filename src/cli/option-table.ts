/** The options that several commands share, in the words of `--help`. */
import { UsageError } from './io.ts';

export const TARGET_KERNEL = {
  type: 'string',
  requiresArg: true,
  describe: "The target's kernel release or distribution (3.10.0-1160.el7.x86_64, rhel7, auto)",
} as const;

export const OUTPUT = {
  type: 'string',
  requiresArg: true,
  alias: 'o',
  describe: 'Write to this file instead of standard output',
} as const;

export const PROGRESS = {
  type: 'boolean',
  default: true,
  describe: 'Show progress on a terminal (--no-progress: never)',
} as const;

export const COLOR = {
  type: 'boolean',
  describe: 'Colour (default: on a terminal; NO_COLOR is obeyed)',
} as const;

export const WIDTH = {
  type: 'number',
  requiresArg: true,
  coerce: wholeNumber('--width', 40),
  describe: 'Columns to lay out for (default: as wide as the terminal)',
} as const;

/** Groups stand in the help as they are met: without an option that says so, the evidence would come before the rest. */
export const OPTIONS = 'Options:';
const GROUP = 'What else you have:';

const file = { type: 'string', requiresArg: true, group: GROUP } as const;
/** One value each time, so that the captures behind it are not swallowed. */
const files = { type: 'string', array: true, nargs: 1, group: GROUP } as const;

/** What was brought from the target or the cluster. */
export const EVIDENCE = {
  evidence: {
    ...files,
    describe:
      'Directory (or file) with any of the below, recognised by content and name, as "synscope plan" leaves it',
  },
  sysctl: { ...file, describe: 'Output of "sysctl -a" on the target' },
  'netstat-before': {
    ...files,
    describe: '/proc/net/netstat, "nstat -az" or "netstat -s" of the target before the capture',
  },
  'netstat-after': { ...files, describe: 'The same after the capture' },
  nodes: { ...file, describe: '"kubectl get nodes -o json", or lines of address and name' },
  expect: { ...files, describe: 'Address or block (10.0.0.0/24) from which SYNs should have come' },
} as const;

export const MERGE = {
  type: 'boolean',
  describe: 'Several captures are one stretch of traffic, merged by packet time: ring files, interfaces',
} as const;

export const JOBS = {
  type: 'number',
  requiresArg: true,
  coerce: wholeNumber('--jobs', 1),
  describe: 'Captures read at once, each by a thread with the memory of a run (default: 1)',
} as const;

/** What must be read together is not read by several threads. */
export function jobsAreApart(args: Readonly<Record<string, unknown>>): true {
  const together =
    args['merge'] === true ? '--merge' : args['max-packets'] === undefined ? null : '--max-packets';
  if (args['jobs'] === undefined || together === null) return true;
  throw new UsageError(`--jobs cannot help ${together}: leave one of them out`);
}

/** Budgets, and what becomes of a run that is cut short. */
export const LIMITS = {
  'max-bytes': {
    type: 'number',
    requiresArg: true,
    coerce: wholeNumber('--max-bytes', 1),
    describe: 'Stop after this many bytes of each capture, counted unpacked (default: no limit)',
  },
  'max-packets': {
    type: 'number',
    requiresArg: true,
    coerce: wholeNumber('--max-packets', 1),
    describe: 'Stop after this many packets of all captures',
  },
  'max-seconds': {
    type: 'number',
    requiresArg: true,
    coerce: wholeNumber('--max-seconds', 1),
    describe: 'Stop reading after this many seconds of run time',
  },
  'partial-on-interrupt': {
    type: 'boolean',
    describe: 'On Ctrl-C or SIGTERM, tell what was read so far (default for standard input)',
  },
} as const;

/** Reports for strangers. */
export const ANONYMIZE = {
  anonymize: {
    type: 'boolean',
    describe: 'Replace addresses (Crypto-PAn, prefixes kept) and names of files and nodes',
  },
  'anonymize-key': {
    type: 'string',
    requiresArg: true,
    describe: 'Key for --anonymize, to get the same addresses again (default: random)',
  },
} as const;

/** Options that may be given several times. */
const REPEATABLE: ReadonlySet<string> = new Set([
  'evidence',
  'netstat-before',
  'netstatBefore',
  'netstat-after',
  'netstatAfter',
  'expect',
  'peer',
]);

/** Options that take no value. */
const SWITCHES = [
  'merge',
  'what-if',
  'color',
  'progress',
  'partial-on-interrupt',
  'anonymize',
  'help',
  'version',
] as const;
const SWITCH_NAMES: ReadonlySet<string> = new Set([
  ...SWITCHES,
  ...SWITCHES.map((name) => name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())),
]);
const SWITCH_WITH_VALUE = new RegExp(`^--(?:no-)?(?:${SWITCHES.join('|')})=(?!true$|false$)`);

/** Any value but true and false would switch an option off unseen: `--merge=yes`, `--color=always`. */
export function switchesAreBare(argv: readonly string[]): void {
  const end = argv.indexOf('--');
  const wrong = (end < 0 ? argv : argv.slice(0, end)).find((word) => SWITCH_WITH_VALUE.test(word));
  if (wrong !== undefined) throw new UsageError(`${wrong}: the option takes no value`);
}

/** `--no-output` and the like would hand on a value that is no text. */
export function notNegated(args: Readonly<Record<string, unknown>>): true {
  for (const [name, value] of Object.entries(args)) {
    if (SWITCH_NAMES.has(name) || !(value === false || (Array.isArray(value) && value.includes(false))))
      continue;
    throw new UsageError(`--no-${name}: only options without a value can be switched off`);
  }
  return true;
}

/** Any other option given twice would become an array unseen. */
export function givenOnce(args: Readonly<Record<string, unknown>>): true {
  for (const [name, value] of Object.entries(args)) {
    if (name.length > 1 && Array.isArray(value) && !REPEATABLE.has(name)) {
      throw new UsageError(`--${name} was given more than once`);
    }
  }
  return true;
}

/** Reads a whole number of at least `least`, or refuses. */
export function wholeNumber(option: string, least: number): (value: unknown) => number | undefined {
  return (value) => {
    if (value === undefined) return undefined;
    if (Array.isArray(value)) throw new UsageError(`${option} was given more than once`);
    const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
    if (typeof value === 'boolean' || !Number.isSafeInteger(number) || number < least) {
      throw new UsageError(`${option} needs a whole number of at least ${least}`);
    }
    return number;
  };
}
