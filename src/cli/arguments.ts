/**
 * The command line: which commands there are, in one place. Nothing is run here.
 *
 * The captures are taken from what is left over (`_`) and not declared as positionals, since yargs 18 loses `-` and
 * whatever follows `--` among those.
 */
import yargs from 'yargs';
import { VERSION } from '../report/version.ts';
import { ANALYZE_FORMATS, analyze } from './analyze.ts';
import { FAIL_ON } from './exit-code.ts';
import { explain } from './explain.ts';
import type { Io } from './io.ts';
import { UsageError } from './io.ts';
import {
  ANONYMIZE,
  COLOR,
  EVIDENCE,
  givenOnce,
  JOBS,
  jobsAreApart,
  LIMITS,
  MERGE,
  notNegated,
  OPTIONS,
  OUTPUT,
  PROGRESS,
  switchesAreBare,
  TARGET_KERNEL,
  WIDTH,
  wholeNumber,
} from './option-table.ts';
import { plan } from './plan.ts';
import { SYNS_FORMATS, syns } from './syns.ts';

/** What the command line asks for: a text to show (help), or a command to run. */
export type Request = { readonly show: string } | { readonly run: (io: Io) => Promise<number> };

const COMMANDS = ['analyze', 'syns', 'plan', 'explain'] as const;
type CommandName = (typeof COMMANDS)[number];
const LIST_OF_COMMANDS = 'analyze, syns, plan or explain';

const EXIT_CODES =
  'Exit codes: 0 nothing found, 1 found (see --fail-on), 2 wrong usage or a capture that was not read. Of several ' +
  'captures the worst counts: 2 if any could not be read or was not reached, or else 1 if any shows it.';

/**
 * Reads a command line.
 *
 * @throws UsageError when it makes no sense.
 */
export async function parseArguments(argv: readonly string[], columns: number): Promise<Request> {
  switchesAreBare(argv);
  let request: Request | undefined;
  const sole = soleCommand(argv);
  const wordsOf = (words: readonly (string | number)[]): readonly (string | number)[] =>
    sole === null ? words.slice(1) : words;
  const nameOf = (command: CommandName): string => (command === sole ? '$0' : command);
  const parser = yargs()
    .scriptName('synscope')
    .usage(
      'Names, from a packet capture, the SYNs that a Linux server threw away because of TCP timestamps behind NAT.\n\n' +
        'Usage: $0 <command> [options]\n\n' +
        'A capture is a pcap, pcapng or snoop file, packed with gzip or zstd or not; - is standard input.',
    )
    .command(
      nameOf('analyze'),
      'Say which SYNs the target threw away, and why',
      (command) =>
        command
          .usage(
            'Usage: $0 analyze <capture...> [options]\n\nSays which SYNs the target threw away, and why. A directory ' +
              'stands for the captures right in it. Several captures get a report each, and a summary.',
          )
          .options({
            format: {
              choices: ANALYZE_FORMATS,
              default: 'text' as const,
              alias: 'f',
              group: OPTIONS,
              describe: 'Output format',
            },
            merge: MERGE,
            jobs: JOBS,
            'target-kernel': TARGET_KERNEL,
            limit: {
              // Without a type: as a number, an empty text (the unset variable of a script) would be 0.
              requiresArg: true,
              coerce: wholeNumber('--limit', 0),
              describe: 'Rows per list before the rest is only counted (10 in text)',
            },
            'fail-on': {
              choices: FAIL_ON,
              default: 'possible' as const,
              describe: 'The weakest verdict that gives exit code 1',
            },
            'what-if': {
              type: 'boolean',
              describe: 'Replay the capture under changed rules as well (in JSON always)',
            },
            output: OUTPUT,
            color: COLOR,
            width: WIDTH,
            progress: PROGRESS,
            ...LIMITS,
            ...ANONYMIZE,
            ...EVIDENCE,
          })
          .example('$0 analyze target.pcap', 'The report on the terminal')
          .example('$0 analyze target.pcap --evidence DIR', 'With what "synscope plan" brought')
          .example('$0 analyze --target-kernel rhel7 *.pcapng', 'A report on each, and a summary')
          .example('$0 analyze --merge ring/', 'All captures in a directory as one')
          .example('tcpdump -U -w - tcp | $0 analyze -', 'From a pipe')
          .example('$0 analyze -f json -o report.json target.pcap', 'For programs')
          .epilogue(EXIT_CODES),
      (args) => {
        const captures = capturesOf(wordsOf(args._));
        request = { run: (io) => analyze(io, { ...args, captures }) };
      },
    )
    .command(
      nameOf('syns'),
      'List every SYN with its answer, its fate and its cause',
      (command) =>
        command
          .usage(
            'Usage: $0 syns <capture...> [options]\n\nLists every SYN in capture order, a line each, one capture after ' +
              'the other.',
          )
          .options({
            format: {
              choices: SYNS_FORMATS,
              default: 'ndjson' as const,
              alias: 'f',
              group: OPTIONS,
              describe: 'Output format',
            },
            merge: MERGE,
            'target-kernel': TARGET_KERNEL,
            output: OUTPUT,
            progress: PROGRESS,
            ...LIMITS,
            ...ANONYMIZE,
            ...EVIDENCE,
          })
          .example('$0 syns target.pcap | jq \'select(.fate == "reject")\'', 'Only the rejected ones')
          .example('$0 syns -f csv -o syns.csv target.pcap', 'For a spreadsheet')
          .epilogue('Exit codes: 0 listed, 2 wrong usage or a capture that was not read.'),
      (args) => {
        const captures = capturesOf(wordsOf(args._));
        request = { run: (io) => syns(io, { ...args, captures }) };
      },
    )
    .command(
      nameOf('plan'),
      'Print a script that captures at the target what is needed to decide',
      (command) =>
        command
          .usage(
            'Usage: $0 plan [options]\n\nPrints a shell script to paste at the target: a capture that can decide, with ' +
              'settings and counters before and after. It changes nothing there.',
          )
          .options({
            target: { type: 'string', requiresArg: true, describe: 'Address that receives the SYNs' },
            port: {
              type: 'number',
              requiresArg: true,
              coerce: wholeNumber('--port', 1),
              describe: 'Port of the service (the capture holds all ports all the same)',
            },
            peer: {
              type: 'string',
              array: true,
              nargs: 1,
              describe: 'Source address as the target sees it, such as a node; may be repeated',
            },
            interface: { type: 'string', requiresArg: true, describe: 'Interface of the target' },
            output: OUTPUT,
          })
          .example('$0 plan --target 10.0.0.9 > plan.sh', 'Then, at the target: sh plan.sh')
          .example('$0 plan --target 10.0.0.9 --port 5672 | ssh root@10.0.0.9 sh', 'Without a file')
          .epilogue('Exit codes: 0 printed, 2 wrong usage.'),
      (args) => {
        nothingElse(wordsOf(args._));
        request = { run: (io) => plan(io, args) };
      },
    )
    .command(
      nameOf('explain'),
      'Say what a cause, a grade or any other code means',
      (command) =>
        command
          .usage(
            'Usage: $0 explain [code...]\n\nSays what a code of the report means, how it is recognised, what in the kernel ' +
              'stands behind it, and what to do. Without a code: all of them, a line each.',
          )
          .options({ output: OUTPUT, color: COLOR, width: WIDTH })
          .example('$0 explain tw-recycle-reject', 'One code')
          .example('$0 explain', 'What there is')
          .epilogue('Exit codes: 0 explained, 2 no such code.'),
      (args) => {
        const codes = wordsOf(args._).map(String);
        request = { run: (io) => explain(io, { ...args, codes }) };
      },
    )
    .strictOptions()
    .check(givenOnce)
    .check(notNegated)
    .check(jobsAreApart)
    .version(VERSION)
    .help()
    .alias('help', 'h')
    .epilogue(`$0 <command> --help shows the options of a command.\n${EXIT_CODES}`)
    .detectLocale(false)
    .parserConfiguration({ 'dot-notation': false, 'parse-positional-numbers': false })
    .wrap(Math.min(columns, 100))
    .exitProcess(false)
    .fail((message, error) => {
      throw error instanceof UsageError ? error : new UsageError(message.replaceAll(/\s*\n\s*/g, ' '));
    });
  if (sole === null) parser.demandCommand(1, `a command is needed: ${LIST_OF_COMMANDS}`).recommendCommands();
  let shown = '';
  await parser.parseAsync(
    argv.slice(sole === null ? 0 : 1),
    {},
    (_error: unknown, _args: unknown, output: string) => {
      shown = output;
    },
  );
  if (request === undefined && shown === '') {
    const word = argv.find((each) => !each.startsWith('-')) ?? argv[0];
    throw new UsageError(`${JSON.stringify(word)} is no command: ${LIST_OF_COMMANDS}`);
  }
  return request ?? { show: shown };
}

/**
 * The command that a command line names first, unless it asks for help. It is handed to yargs as the only one there is:
 * for a command among others yargs renders all of its help on every run, which takes as long as a small analysis.
 */
function soleCommand(argv: readonly string[]): CommandName | null {
  if (argv.some((word) => word === '--help' || /^-\w*h/.test(word))) return null;
  return COMMANDS.find((command) => command === argv[0]) ?? null;
}

/** What is left of the words after the command: the captures. */
function capturesOf(words: readonly (string | number)[]): string[] {
  const captures = words.map(String);
  if (captures.length === 0) throw new UsageError('no capture given; - is standard input');
  return captures;
}

function nothingElse(words: readonly (string | number)[]): void {
  const [word] = words;
  if (word !== undefined) throw new UsageError(`what is "${word}"? plan takes options only`);
}
