import { NETSTAT_SENTENCES, counterOfNstatName } from './counter-names.ts';
import { forEachLine, wordsOf } from './lines.ts';
import { note } from './problem.ts';
import type { LineProblem } from './problem.ts';

/** The forms in which counters are handed over; `mixed` when a text holds several. */
export type CounterForm = 'proc' | 'nstat' | 'netstat-s' | 'mixed';

/** Counters at one moment. Names are `<group>.<column>`, as in /proc/net/netstat: `TcpExt.PAWSPassive`. */
export interface CounterSet {
  /** Null when nothing was read. */
  readonly form: CounterForm | null;
  /** Exact values: safe integers. */
  readonly values: ReadonlyMap<string, number>;
  /** Columns that exist but whose value is not used: too large to be exact, not a number, or given twice. */
  readonly unusable: ReadonlySet<string>;
  /**
   * Groups of which every column is there, zeros included. Outside of them a missing counter is zero or does not exist:
   * `netstat -s`, and `nstat` without `-z`, leave zeros out.
   */
  readonly completeGroups: ReadonlySet<string>;
  /** Groups of which something was read. */
  readonly groups: ReadonlySet<string>;
  readonly problems: readonly LineProblem[];
}

export type ColumnPresence = 'present' | 'absent' | 'unknown';

/** Counters kept of one text; a current kernel has about 400. */
const MAX_COUNTERS = 8192;
const INTEGER = /^-?\d+$/;
const GROUP = /^[A-Za-z][A-Za-z0-9]*:$/;
const COLUMN = /^[A-Za-z_][A-Za-z0-9_]*$/;
const DECIMAL = /^\d+(?:\.\d+)?$/;

/** Whether the kernel that printed the set has this counter at all. */
export function columnPresence(set: CounterSet, counter: string): ColumnPresence {
  if (set.values.has(counter) || set.unusable.has(counter)) {
    return 'present';
  }
  return set.completeGroups.has(groupOf(counter)) ? 'absent' : 'unknown';
}

/** `TcpExt` of `TcpExt.PAWSPassive`. */
export function groupOf(counter: string): string {
  return counter.slice(0, counter.indexOf('.'));
}

/** Both sets as one; where both hold a counter, `first` is believed. */
export function mergeCounters(first: CounterSet, second: CounterSet): CounterSet {
  const values = new Map([...second.values, ...first.values]);
  first.unusable.forEach((counter) => values.delete(counter));
  return {
    form:
      first.form === second.form || second.form === null
        ? first.form
        : ((first.form && 'mixed') ?? second.form),
    values,
    unusable: new Set([...first.unusable, ...second.unusable].filter((counter) => !values.has(counter))),
    completeGroups: new Set([...first.completeGroups, ...second.completeGroups]),
    groups: new Set([...first.groups, ...second.groups]),
    problems: [...first.problems, ...second.problems],
  };
}

/**
 * Reads /proc/net/netstat, /proc/net/snmp, `nstat -az` (values must be absolute: `-a`) and `netstat -s`, in any mixture.
 * Never throws; linear in the text.
 *
 * @example parseCounters('TcpExt: PAWSPassive ListenDrops\nTcpExt: 5 7\n').values.get('TcpExt.PAWSPassive') // 5
 */
export function parseCounters(text: string): CounterSet {
  const reading = new CounterReading();
  forEachLine(text, (line, number) => {
    if (line === null) {
      note(reading.problems, number, 'shorter-line');
    } else {
      reading.line(line, number);
    }
  });
  return reading.finish();
}

class CounterReading {
  readonly problems: LineProblem[] = [];
  private readonly values = new Map<string, number>();
  private readonly unusable = new Set<string>();
  private readonly completeGroups = new Set<string>();
  private readonly groups = new Set<string>();
  private readonly nstatGroups = new Set<string>();
  private readonly forms = new Set<CounterForm>();
  /** Header line of /proc/net that waits for its numbers. */
  private header: {
    readonly group: string;
    readonly names: readonly string[];
    readonly line: number;
  } | null = null;
  private section: string | null = null;
  private nstatZeros = false;

  line(line: string, number: number): void {
    if (line.trim() === '' || line.startsWith('#')) {
      return;
    }
    const words = wordsOf(line);
    const first = words[0] ?? '';
    const indented = line.startsWith(' ') || line.startsWith('\t');
    if (this.header !== null && first !== `${this.header.group}:`) {
      note(this.problems, this.header.line, 'value-line');
      this.header = null;
    }
    if (!indented && GROUP.test(first)) {
      if (words.length === 1) {
        this.section = first.slice(0, -1);
      } else {
        this.procLine(first.slice(0, -1), words.slice(1), number);
      }
    } else if (indented && this.section !== null) {
      this.sentence(this.section, words, number);
    } else {
      this.nstatLine(words, number);
    }
  }

  /** /proc/net/netstat and snmp: a line of names, then a line of numbers, both behind `<group>:`. */
  private procLine(group: string, words: readonly string[], number: number): void {
    const header = this.header;
    if (header === null) {
      if (words.every((word) => COLUMN.test(word))) {
        this.header = { group, names: words, line: number };
      } else {
        note(this.problems, number, 'counter-line');
      }
      return;
    }
    this.header = null;
    this.forms.add('proc');
    // A line that was cut cannot be told from a shifted one: none of its numbers is believed, its names are.
    const whole = header.names.length === words.length;
    if (!whole) {
      note(this.problems, number, 'as-many-values-as-names');
    }
    header.names.forEach((name, index) => {
      this.put(`${group}.${name}`, whole ? words[index] : undefined, number);
    });
    this.completeGroups.add(group);
  }

  /** `nstat`: name, value, rate. */
  private nstatLine(words: readonly string[], number: number): void {
    const [name, value, rate] = words;
    const counter = name === undefined || words.length > 3 ? null : counterOfNstatName(name);
    if (counter === null || value === undefined || !INTEGER.test(value) || !DECIMAL.test(rate ?? '0')) {
      note(this.problems, number, 'counter-line');
      return;
    }
    this.forms.add('nstat');
    this.nstatZeros ||= value === '0';
    this.nstatGroups.add(groupOf(counter));
    this.put(counter, value, number);
  }

  /** A line below `TcpExt:` in `netstat -s`: a sentence, or `Name: value` for what net-tools has no sentence for. */
  private sentence(section: string, words: readonly string[], number: number): void {
    this.forms.add('netstat-s');
    const [name, value] = words;
    if (words.length === 2 && name !== undefined && GROUP.test(name)) {
      this.put(`${section}.${name.slice(0, -1)}`, value, number);
      return;
    }
    const at = words.findIndex((word) => INTEGER.test(word));
    const counter = NETSTAT_SENTENCES.get([section, ...words.with(Math.max(at, 0), '#')].join(' '));
    if (at !== -1 && counter !== undefined) {
      this.put(counter, words[at], number);
    }
  }

  private put(counter: string, text: string | undefined, line: number): void {
    const value = text === undefined || !INTEGER.test(text) ? Number.NaN : Number(text);
    if (!Number.isSafeInteger(value)) {
      if (text !== undefined) {
        note(this.problems, line, Number.isNaN(value) ? 'whole-number' : 'safe-number');
      }
      this.discard(counter, line);
      return;
    }
    const known = this.values.get(counter);
    if (known !== undefined && known !== value) {
      note(this.problems, line, 'one-snapshot');
      this.discard(counter, line);
    } else if (!this.unusable.has(counter) && this.hasRoom(counter, line)) {
      this.groups.add(groupOf(counter));
      this.values.set(counter, value);
    }
  }

  private discard(counter: string, line: number): void {
    if (this.hasRoom(counter, line)) {
      this.values.delete(counter);
      this.unusable.add(counter);
    }
  }

  private hasRoom(counter: string, line: number): boolean {
    if (
      this.values.size + this.unusable.size < MAX_COUNTERS ||
      this.values.has(counter) ||
      this.unusable.has(counter)
    ) {
      return true;
    }
    note(this.problems, line, 'fewer-entries');
    return false;
  }

  finish(): CounterSet {
    if (this.header !== null) {
      note(this.problems, this.header.line, 'value-line');
    }
    if (this.nstatZeros) {
      this.nstatGroups.forEach((group) => this.completeGroups.add(group));
    }
    const [form = null] = this.forms;
    if (form === null) {
      note(this.problems, 0, 'counter-line');
    }
    return {
      form: this.forms.size > 1 ? 'mixed' : form,
      values: this.values,
      unusable: this.unusable,
      completeGroups: this.completeGroups,
      groups: this.groups,
      problems: this.problems,
    };
  }
}
