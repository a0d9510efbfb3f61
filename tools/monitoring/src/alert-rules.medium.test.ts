import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import type { Alert, Scene } from './alerts/alert.ts';
import { ALERTS } from './index.ts';
import { renderAlerts } from './alerts/render-alerts.ts';

const hasPromtool = (() => {
  try {
    execFileSync('promtool', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
const needed = test.skipIf(!hasPromtool);
if (!hasPromtool) process.stderr.write('Rules are not tried: promtool is not there (Debian: prometheus).\n');

const folder = mkdtempSync(join(tmpdir(), 'intermodal-rules-'));
const rules = join(folder, 'alerts.yaml');
writeFileSync(rules, renderAlerts());
afterAll(() => rmSync(folder, { recursive: true }));

const promtool = async (...args: string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)('promtool', args).catch(
    (error: { stdout: string; stderr: string }) => {
      throw new Error(error.stdout + error.stderr);
    },
  );
  return stdout;
};

needed('Prometheus takes the rules', async () => {
  const all = Object.values(ALERTS).flat();
  expect(await promtool('check', 'rules', rules)).toContain(`SUCCESS: ${all.length} rules found`);
});

/** Whether the alert fires at the end of a scene, by a promtool that expects that it does not. */
async function fires({ name }: Alert, { series, atMinutes }: Scene): Promise<boolean> {
  const file = join(folder, `${name}-${Object.keys(series).length}-${Math.random()}.json`);
  const content = {
    rule_files: [rules],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: Object.entries(series).map(([one, values]) => ({ series: one, values })),
        alert_rule_test: [{ eval_time: `${atMinutes}m`, alertname: name, exp_alerts: [] }],
      },
    ],
  };
  writeFileSync(file, JSON.stringify(content));
  try {
    await promtool('test', 'rules', file);
    return false;
  } catch (error) {
    // Anything else would be a test that does not test.
    expect((error as Error).message).not.toContain('error expanding');
    expect((error as Error).message).toMatch(/exp:\[\s*\], *\s*got:\[/);
    return true;
  }
}

for (const alert of Object.values(ALERTS).flat()) {
  needed(`${alert.name} fires when it should`, async () => {
    expect(await fires(alert, alert.fires)).toBe(true);
  });
  for (const [scene, silent] of Object.entries(alert.silent))
    needed(`${alert.name} is silent: ${scene}`, async () => {
      expect(await fires(alert, silent)).toBe(false);
    });
}
