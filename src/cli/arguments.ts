/**
 * The command line: which commands and options there are, in one place. Nothing is run here.
 *
 * The captures are taken from what is left over (`_`) and not declared as positionals, since yargs 18 loses `-` and
 * whatever follows `--` among those.
 */
import yargs from 'yargs';
import { VERSION } from '../report/version.ts';
import { ANALYZE_FORMATS, analyze } from './analyze.ts';
import { FAIL_ON } from './exit-code.ts';
import type { Io } from './io.ts';
import { UsageError } from './io.ts';
import { SYNS_FORMATS, syns } from './syns.ts';

/** What the command line asks for: a text to show (help), or a command to run. */
export type Request = { readonly show: string } | { readonly run: (io: Io) => Promise<number> };

const TARGET_KERNEL = {
  type: 'string',
  requiresArg: true,
  describe: "The target's kernel release or distribution (3.10.0-1160.el7.x86_64, rhel7, auto)",
} as const;

const OUTPUT = {
  type: 'string',
  requiresArg: true,
  alias: 'o',
  describe: 'Write to this file instead of standard output',
} as const;

const PROGRESS = {
  type: 'boolean',
  default: true,
  describe: 'Show progress on a terminal (--no-progress: never)',
} as const;

const EXIT_CODES = `Exit codes: 0 nothing found, 1 found (see --fail-on), 2 wrong usage or unreadable input.`;

/**
 * Reads a command line.
 *
 * @throws UsageError when it makes no sense.
 */
export async function parseArguments(argv: readonly string[], columns: number): Promise<Request> {
  let request: Request | undefined;
  const parser = yargs()
    .scriptName('synscope')
    .usage(
      'Names, from a packet capture, the SYNs that a Linux server threw away because of TCP timestamps behind NAT.\n\n' +
        'Usage: $0 <command> <capture...> [options]\n\n' +
        'A capture is a pcap or pcapng file; - is standard input.',
    )
    .command(
      'analyze',
      'Say which SYNs the target threw away, and why',
      (command) =>
        command
          .usage(
            'Usage: $0 analyze <capture...> [options]\n\nSays which SYNs the target threw away, and why.',
          )
          .options({
            format: {
              choices: ANALYZE_FORMATS,
              default: 'text' as const,
              alias: 'f',
              describe: 'Output format',
            },
            'target-kernel': TARGET_KERNEL,
            limit: {
              type: 'number',
              requiresArg: true,
              coerce: wholeNumber('--limit', 0),
              describe: 'Rows per list before the rest is only counted (10 in text)',
            },
            'fail-on': {
              choices: FAIL_ON,
              default: 'possible' as const,
              describe: 'The weakest verdict that gives exit code 1',
            },
            output: OUTPUT,
            color: { type: 'boolean', describe: 'Colour (default: on a terminal; NO_COLOR is obeyed)' },
            width: {
              type: 'number',
              requiresArg: true,
              coerce: wholeNumber('--width', 40),
              describe: 'Columns to lay out for (default: as wide as the terminal)',
            },
            progress: PROGRESS,
          })
          .example('$0 analyze target.pcap', 'The report on the terminal')
          .example('$0 analyze --target-kernel rhel7 *.pcapng', 'With a known kernel, several files')
          .example('tcpdump -U -w - tcp | $0 analyze -', 'From a pipe')
          .example('$0 analyze -f json -o report.json target.pcap', 'For programs')
          .epilogue(EXIT_CODES),
      (args) => {
        const captures = capturesOf(args._);
        request = { run: (io) => analyze(io, { ...args, captures }) };
      },
    )
    .command(
      'syns',
      'List every SYN with its answer, its fate and its cause',
      (command) =>
        command
          .usage('Usage: $0 syns <capture...> [options]\n\nLists every SYN in capture order, a line each.')
          .options({
            format: {
              choices: SYNS_FORMATS,
              default: 'ndjson' as const,
              alias: 'f',
              describe: 'Output format',
            },
            'target-kernel': TARGET_KERNEL,
            output: OUTPUT,
            progress: PROGRESS,
          })
          .example('$0 syns target.pcap | jq \'select(.fate == "reject")\'', 'Only the rejected ones')
          .example('$0 syns -f csv -o syns.csv target.pcap', 'For a spreadsheet')
          .epilogue('Exit codes: 0 listed, 2 wrong usage or unreadable input.'),
      (args) => {
        const captures = capturesOf(args._);
        request = { run: (io) => syns(io, { ...args, captures }) };
      },
    )
    .demandCommand(1, 'a command is needed: analyze or syns')
    .strictOptions()
    .check(givenOnce)
    .recommendCommands()
    .version(VERSION)
    .help()
    .alias('help', 'h')
    .epilogue(`$0 <command> --help shows the options of a command.\n${EXIT_CODES}`)
    .detectLocale(false)
    .parserConfiguration({ 'dot-notation': false, 'parse-positional-numbers': false })
    .wrap(Math.min(columns, 100))
    .exitProcess(false)
    .fail((message, error) => {
      throw error instanceof UsageError ? error : new UsageError(message);
    });
  let shown = '';
  await parser.parseAsync([...argv], {}, (_error: unknown, _args: unknown, output: string) => {
    shown = output;
  });
  if (request === undefined && shown === '') throw new UsageError(`a command is needed: analyze or syns`);
  return request ?? { show: shown };
}

/** What is left of the words after the command: the captures. */
function capturesOf(words: readonly (string | number)[]): string[] {
  const captures = words.slice(1).map(String);
  if (captures.length === 0) throw new UsageError('no capture given; - is standard input');
  return captures;
}

/** Only captures may be given several times; yargs would turn any other option into an array unseen. */
function givenOnce(args: Readonly<Record<string, unknown>>): true {
  for (const [name, value] of Object.entries(args)) {
    if (name.length > 1 && Array.isArray(value)) {
      throw new UsageError(`--${name} was given more than once`);
    }
  }
  return true;
}

function wholeNumber(option: string, least: number): (value: unknown) => number | undefined {
  return (value) => {
    if (value === undefined) return undefined;
    const number = Number(value);
    if (!Number.isSafeInteger(number) || number < least) {
      throw new UsageError(`${option} needs a whole number of at least ${least}`);
    }
    return number;
  };
}
