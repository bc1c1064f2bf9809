import type { CaptureForm } from './capture-writer.ts';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from './measure.ts';
import { compileC } from './measure.ts';

/** The SYNs of a capture, as tcpdump and tshark want it said. */
const SYN_FILTER = 'tcp[tcpflags] & tcp-syn != 0';
const SYN_DISPLAY_FILTER = 'tcp.flags.syn==1 && tcp.flags.ack==0';

export interface Places {
  /** The project, and the compiled bench. */
  readonly root: string;
  readonly bench: string;
  /** Where files may be left until the end. */
  readonly directory: string;
}

export interface Machine {
  readonly places: Places;
  readonly floor: string | null;
  readonly peers: ReadonlySet<string>;
}

/** What can be run here. */
export function lookAround(places: Places): Machine {
  const sources = join(places.root, 'test', 'bench');
  const peers = ['tcpdump', 'tshark', 'p0f', 'gzip', 'zstd'].filter(isInstalled);
  return {
    places,
    floor: compileC(join(sources, 'floor.c'), join(places.directory, 'floor')),
    peers: new Set(peers),
  };
}

function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;
}

export function synscope({ places }: Machine, ...args: string[]): Command {
  const argv = [process.execPath, join(places.root, 'bin', 'synscope.js'), ...args];
  // 1: it found something, as it should.
  return { name: `synscope ${args[0] ?? ''}`, argv, worst: 1 };
}

function node({ places }: Machine, name: string, script: string, ...args: string[]): Command {
  return { name, argv: [process.execPath, join(places.bench, script), ...args] };
}

/**
 * The floors, and the programs that count the SYNs of a capture of form `form`. `slow` ones take minutes on a large file.
 * The floors read little-endian files alone, and pcap-parser nothing but classic pcap with microseconds.
 */
export function counters(machine: Machine, file: string, form: CaptureForm, slow: boolean): Command[] {
  const { floor, peers, places } = machine;
  const commands: Command[] = [];
  if (!form.bigEndian) {
    if (floor !== null) commands.push({ name: 'floor in C', argv: [floor, file] });
    commands.push(node(machine, 'floor in JavaScript', 'floor.js', file));
  }
  if (peers.has('tcpdump')) {
    commands.push({ name: 'tcpdump --count', argv: ['tcpdump', '--count', '-nr', file, SYN_FILTER] });
  }
  if (!slow) return commands;
  if (form.format === 'pcap' && !form.nanoseconds) {
    commands.push(node(machine, 'pcap-parser', 'pcap-parser-count.js', places.root, file));
  }
  if (peers.has('p0f')) commands.push({ name: 'p0f', argv: ['p0f', '-r', file, '-o', '/dev/null'] });
  if (peers.has('tshark')) {
    commands.push({ name: 'tshark', argv: ['tshark', '-nr', file, '-Y', SYN_DISPLAY_FILTER] });
  }
  return commands;
}

/** The programs that list the SYNs of a capture. */
export function listers(machine: Machine, file: string): Command[] {
  const commands = [synscope(machine, 'syns', file)];
  if (machine.peers.has('tcpdump')) {
    commands.push({ name: 'tcpdump -S', argv: ['tcpdump', '-S', '-nr', file, SYN_FILTER] });
  }
  return commands;
}

/** Unpacking alone. */
export function unpacker(machine: Machine, file: string): Command {
  return node(machine, 'unpacking alone', 'unpack.js', machine.places.root, file);
}
