import { describe, expect, it } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { capturePlan } from '../../src/evidence/plan.ts';
import { renderPlanScript } from '../../src/evidence/plan-script.ts';
import { CONFIRMED } from '../report/fixtures.ts';
import { worldWith } from './memory-io.ts';

describe('plan', () => {
  it('prints the script and nothing else', async () => {
    const world = worldWith({ report: CONFIRMED, columns: 80 });
    const code = await run(
      ['plan', '--target', '10.0.0.9', '--port', '5672', '--peer', '10.0.0.4', '--peer', '10.0.0.5'],
      world.io,
    );
    expect(code).toBe(0);
    expect(world.stdout.text).toBe(
      renderPlanScript(capturePlan({ target: '10.0.0.9', port: 5672, peers: ['10.0.0.4', '10.0.0.5'] })),
    );
    expect(world.asked).toEqual([]);
  });

  it('needs no option', async () => {
    const world = worldWith({ report: CONFIRMED });
    expect(await run(['plan'], world.io)).toBe(0);
    expect(world.stdout.text).toBe(renderPlanScript(capturePlan()));
  });

  it('writes a file when asked', async () => {
    const world = worldWith({ report: CONFIRMED });
    await run(['plan', '-o', 'plan.sh'], world.io);
    expect(world.files.get('plan.sh')).toMatch(/^#!\/bin\/sh\n/);
  });

  it.each([
    [['--target', 'db.example'], '--target needs an address (names are not looked up), not "db.example"'],
    [['--port', '65536'], '--port needs a number from 1 to 65535, not "65536"'],
    [['--port', '0'], '--port needs a whole number of at least 1'],
    [['--peer', "1.2.3.4'; reboot"], '--peer needs an address'],
    [['--interface', '-w'], 'interface'],
    [['--interface', 'a b'], '--interface needs the name of an interface, not "a b"'],
    [['10.0.0.9'], 'what is "10.0.0.9"? plan takes options only'],
  ])('refuses %j in one line', async (options, complaint) => {
    const world = worldWith({ report: CONFIRMED });
    expect(await run(['plan', ...options], world.io)).toBe(2);
    expect(world.stderr.text).toContain(complaint);
    expect(world.stderr.text).toMatch(/^synscope: [^\n]+\n$/);
    expect(world.stdout.text).toBe('');
  });
});
