import type { CaptureProblemKind } from '../../../capture/problem.ts';
import { problemWords } from '../problems.ts';
import type { Explanation } from './entry.ts';
import { plain } from './entry.ts';

interface ProblemFacts {
  readonly meaning: string;
  readonly advice: string | null;
}

const COPY_AGAIN =
  'Copy the file again in binary mode, after the capturing program has ended (Ctrl-C or SIGTERM, never SIGKILL).';

const FACTS: Readonly<Record<CaptureProblemKind, ProblemFacts>> = {
  unreadable: facts(
    'The operating system refused to open or read it; its reason is named beside it.',
    'Look at the name, the permissions and the disk. tcpdump often leaves its files to root or to user tcpdump.',
  ),
  'is-directory': facts(
    'Captures are named one by one; a directory is taken for evidence only (--evidence).',
    null,
  ),
  'not-a-file': facts('Only files and pipes are read.', 'Pipe it: ... | synscope analyze -'),
  'empty-file': facts(
    'There is not a single byte in it: the capturing program was stopped before it wrote, or wrote elsewhere.',
    'tcpdump writes its header at once with -U; look for rotated files beside it (-C, -G add a number or a time).',
  ),
  'unknown-format': facts(
    'What it is was looked for in its first bytes, never in its name: they are of no format that is known.',
    'Is it text printed by tcpdump? Only what tcpdump -w writes can be read.',
  ),
  'foreign-format': facts(
    'It was recognised, and is of a kind that is not read.',
    'tshark or editcap -F pcapng can turn most formats of captures into one that is.',
  ),
  'unsupported-version': facts(
    'The header names a version of the format that nobody has described.',
    'Write it anew: editcap -F pcapng.',
  ),
  'truncated-header': facts('The file is too short to be a capture.', COPY_AGAIN),
  'truncated-record': facts(
    'The last packet is cut off: the file was copied while it was written, or the disk was full. All packets before it ' +
      'were read.',
    COPY_AGAIN,
  ),
  'impossible-length': facts(
    'A record or block claims a length that it cannot have; reading went on at the next place that makes sense.',
    COPY_AGAIN,
  ),
  'bad-block': facts(
    'A pcapng block whose inside does not fit its length or its options; it was skipped.',
    COPY_AGAIN,
  ),
  'missing-interface': facts(
    'The packet names an interface that no block describes, so that neither its link type nor its time unit is known; ' +
      'it was skipped.',
    'Files cut out of a larger one lose their beginning: cut with editcap instead.',
  ),
  garbage: facts(
    'There are bytes between two records that belong to none; they were skipped, and reading went on behind them.',
    COPY_AGAIN,
  ),
  'unknown-timestamp-unit': facts(
    'The interface names a unit of time (if_tsresol) that no clock has; its packets count as packets without time.',
    null,
  ),
  'corrupt-compression': facts(
    'The compressed data is damaged or cut off; what came out before that was read.',
    'Unpack it with the program that packed it (gzip -t tells whether the file is whole), or copy it again.',
  ),
  'merged-late': facts(
    'More captures overlap in time than are merged at once: the packets of this one were read after later ones, and are ' +
      'judged as if its clock had stepped back.',
    'Merge them in groups first (mergecap).',
  ),
  'size-limit': facts(
    'A limit on bytes, on how many times its size a compressed file may swell, or on the memory that unpacking takes, ' +
      'stopped the reading; what was read until then is judged.',
    'Raise --max-bytes or leave it out; unpack the file first if it is the swelling or the memory.',
  ),
};

/** Everything that can be wrong with an input, explained; what it is called is what the report calls it. */
export function explainProblem(kind: CaptureProblemKind): Explanation {
  const { meaning, advice } = FACTS[kind];
  return plain(problemWords(kind), meaning, advice);
}

function facts(meaning: string, advice: string | null): ProblemFacts {
  return { meaning, advice };
}
