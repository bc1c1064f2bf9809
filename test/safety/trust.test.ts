/** A whole run of the built program, locked in: reading files is all that it may do, and all that it needs. */
import { spawnSync } from 'node:child_process';
import type { SpawnSyncReturns } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { builtProgram } from '../support/built-program.ts';
import { NEED_SHARED, haveSharedCaptures, PUBLIC_CAPTURES } from '../support/shared-captures.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FIXTURE = join(ROOT, 'fixtures/linux-4.9/two-pods-one-snat');
const CAPTURE = join(FIXTURE, 'target.pcap');

/** Node 20 calls the permission model experimental; it refuses writing, child processes, workers and addons. */
const PERMISSION = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';

/** What the permission model of Node 20 leaves open: the network. Ends the process at the first touch. */
const NO_NETWORK = `
import { syncBuiltinESMExports } from 'node:module';
import dgram from 'node:dgram';
import dns from 'node:dns';
import net from 'node:net';
const refuse = (what) => () => { process.stderr.write('TOUCHED ' + what); process.exit(99); };
net.Socket.prototype.connect = refuse('net');
net.Server.prototype.listen = refuse('listen');
dgram.createSocket = refuse('dgram');
dns.lookup = refuse('dns');
dns.resolve = refuse('dns');
const { fetch } = globalThis;
// zstddec unpacks its own WebAssembly from a data: URL, which goes nowhere.
globalThis.fetch = (url) => (String(url).startsWith('data:') ? fetch(url) : refuse('fetch')());
syncBuiltinESMExports();
`;

describe('a whole run', () => {
  const built = builtProgram();

  beforeAll(() => {
    writeFileSync(join(built.folder, 'no-network.js'), NO_NETWORK);
    writeFileSync(join(built.folder, 'touch.js'), `import net from 'node:net'; net.connect(9, '127.0.0.1');`);
    writeFileSync(join(built.folder, 'evaluate.js'), `process.stdout.write(String(eval('6 * 7')));`);
    writeFileSync(
      join(built.folder, 'spawn.js'),
      `import { spawnSync } from 'node:child_process'; spawnSync('true');`,
    );
    writeFileSync(
      join(built.folder, 'write.js'),
      `import { writeFileSync } from 'node:fs'; writeFileSync('x', '');`,
    );
    writeFileSync(join(built.folder, 'target.pcap.gz'), gzipSync(readFileSync(CAPTURE)));
  });

  const locked = (script: string, args: readonly string[], input?: Buffer): SpawnSyncReturns<string> =>
    spawnSync(
      process.execPath,
      [
        PERMISSION,
        '--allow-fs-read=*',
        '--disallow-code-generation-from-strings',
        '--no-warnings',
        '--import',
        join(built.folder, 'no-network.js'),
        join(built.folder, script),
        ...args,
      ],
      { encoding: 'utf8', maxBuffer: 1 << 28, cwd: built.folder, ...(input === undefined ? {} : { input }) },
    );

  it.each([
    ['touch.js', /TOUCHED net/],
    ['evaluate.js', /Code generation from strings disallowed/],
    ['spawn.js', /ERR_ACCESS_DENIED/],
    ['write.js', /ERR_ACCESS_DENIED/],
  ])('would be caught by this lock: %s', (script, message) => {
    const { status, stderr } = locked(script, []);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(message);
  });

  it.each([
    ['analyze', 1, ['analyze', CAPTURE]],
    ['analyze in JSON', 1, ['analyze', '-f', 'json', CAPTURE]],
    ['analyze anonymised', 1, ['analyze', '--anonymize', CAPTURE]],
    ['analyze gzip', 1, ['analyze', 'target.pcap.gz']],
    ['analyze with evidence', 1, ['analyze', '--evidence', FIXTURE, CAPTURE]],
    ['analyze what is none', 2, ['analyze', 'package.json']],
    ['syns', 0, ['syns', CAPTURE]],
    ['syns in CSV', 0, ['syns', '-f', 'csv', CAPTURE]],
  ] as const)('of %s touches nothing but files to read', (_name, code, args) => {
    const before = readdirSync(built.folder);
    const { status, stdout, stderr } = locked('bin/synscope.js', args);
    expect({ status, stderr: code === 2 ? '' : stderr }).toEqual({ status: code, stderr: '' });
    expect(code === 2 ? stderr : stdout).toMatch(code === 2 ? /package\.json/ : /^[^]{500}/);
    expect(readdirSync(built.folder)).toEqual(before);
  });

  it('of the standard input as well', () => {
    expect(locked('bin/synscope.js', ['analyze', '-'], readFileSync(CAPTURE))).toMatchObject({
      status: 1,
      stderr: '',
    });
  });

  it.skipIf(!haveSharedCaptures())(`of zstd as well (${NEED_SHARED})`, () => {
    const path = join(PUBLIC_CAPTURES, 'seladb+PcapPlusPlus/pcapng-example.pcapng.zst');
    expect(locked('bin/synscope.js', ['analyze', path])).toMatchObject({ status: 0, stderr: '' });
  });
});
