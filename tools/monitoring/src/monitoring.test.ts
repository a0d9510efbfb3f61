import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { METRICS, type MetricAbout } from '@intermodal/contracts';
import { describe, expect, it } from 'vitest';
import { ALERTS, DASHBOARDS, metricsIn } from './index.ts';
import { renderDashboard } from './dashboards/dashboard.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const alerts = Object.values(ALERTS).flat();
const queries = DASHBOARDS.flatMap(({ panels }) => panels.flatMap((panel) => panel.queries));

describe('dashboards and alerts', () => {
  it('ask for what the catalogue has, by labels that it has', () => {
    for (const { expr } of [...queries, ...alerts]) {
      for (const name of metricsIn(expr)) expect(METRICS, expr).toHaveProperty(name);
      // A worker's series have its pool, and Prometheus gives where they are from.
      const asked = [...expr.matchAll(/\b(intermodal_[a-z_]+)\{([^}]*)\}/g)];
      for (const [, metric, selectors] of asked) {
        const about = METRICS[metricsIn(metric!)[0] as keyof typeof METRICS] as MetricAbout;
        const known = [...Object.keys(about.labels), 'pool', 'job', 'instance', 'le'];
        for (const [, label] of selectors!.matchAll(/([a-z]+)\s*(?:=~|!~|!=|=)/g))
          expect(known, expr).toContain(label);
      }
    }
  });

  it('between them show every metric of the catalogue', () => {
    const shown = new Set([...queries, ...alerts].flatMap(({ expr }) => metricsIn(expr)));
    expect(Object.keys(METRICS).filter((name) => !shown.has(name))).toEqual([]);
  });

  it('take the greatest of what every process of the API tells alike, and never the sum', () => {
    const fromRecords = Object.entries<MetricAbout>(METRICS)
      .filter(([, { kind, from }]) => kind === 'gauge' && from === 'api')
      .map(([name]) => name);
    for (const { expr } of [...queries, ...alerts])
      for (const name of metricsIn(expr))
        if (fromRecords.includes(name))
          expect(expr, name).toMatch(
            new RegExp(`(max( by \\([a-z, ]+\\))? \\(?|max\\(|absent\\()\\(?${name}\\b`),
          );
  });
});

it('a dashboard has every panel once, and none over another', () => {
  for (const dashboard of DASHBOARDS) {
    const { panels } = renderDashboard(dashboard) as {
      panels: { id: number; title: string; gridPos: { x: number; y: number; w: number; h: number } }[];
    };
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
    const taken = new Set<string>();
    for (const { gridPos: at } of panels)
      for (let x = at.x; x < at.x + at.w; x++)
        for (let y = at.y; y < at.y + at.h; y++) {
          expect(x).toBeLessThan(24);
          expect(taken).not.toContain(`${x} ${y}`);
          taken.add(`${x} ${y}`);
        }
  }
});

it('every alert has a page that says what to do, and every page its alert', () => {
  const folder = join(ROOT, 'docs', 'runbooks');
  const pages = readdirSync(folder).filter((name) => name !== 'README.md');
  expect(pages.sort()).toEqual(alerts.map(({ name }) => `${name}.md`).sort());
  const index = readFileSync(join(folder, 'README.md'), 'utf8');
  for (const { name, severity } of alerts) {
    const page = readFileSync(join(folder, `${name}.md`), 'utf8');
    expect(page).toMatch(new RegExp(`^# ${name}\n`));
    for (const heading of ['What it means', 'How to look', 'What to do', 'When it is harmless'])
      expect(page, name).toContain(`\n## ${heading}\n`);
    expect(index).toMatch(new RegExp(`\\[${name}\\]\\(${name}\\.md\\).*\\| ${severity} `));
  }
});
