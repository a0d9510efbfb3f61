import type { Alert } from './alert.ts';
import { ALERTS } from './index.ts';

/** The rules as Prometheus reads them. A string of JSON is one of YAML, too. */
export const renderAlerts = (): string =>
  [
    'groups:',
    ...Object.entries(ALERTS).flatMap(([group, alerts]) => [
      `  - name: ${group}`,
      '    rules:',
      ...alerts.flatMap(renderAlert),
    ]),
    '',
  ].join('\n');

const renderAlert = ({ name, severity, expr, holdsFor, summary }: Alert): string[] => [
  `      - alert: ${name}`,
  `        expr: ${JSON.stringify(expr)}`,
  `        for: ${holdsFor}`,
  '        labels:',
  `          severity: ${severity}`,
  '        annotations:',
  `          summary: ${JSON.stringify(summary)}`,
  `          runbook: docs/runbooks/${name}.md`,
];
