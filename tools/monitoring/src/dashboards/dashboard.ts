import { METRICS } from '@intermodal/contracts';

export interface Query {
  /** PromQL. `$pool` is what was chosen above, `RANGE` a few scrapes. */
  readonly expr: string;
  /** What a series is called: `{{pool}}`. */
  readonly legend: string;
  /** There is no series until such a thing has happened; always there when left out. */
  readonly rare?: true;
}

export interface Panel {
  readonly title: string;
  /** What is to be seen, and what to think of it. */
  readonly about: string;
  /** Of Grafana. */
  readonly unit: 'short' | 's' | 'bytes' | 'Bps' | 'ops' | 'percentunit';
  /** `number`: the last value alone, large. */
  readonly kind?: 'number';
  readonly queries: readonly Query[];
}

export interface Dashboard {
  /** Also the name of its file. */
  readonly name: string;
  readonly title: string;
  /** Whether `$pool` can be chosen. */
  readonly byPool?: true;
  readonly panels: readonly Panel[];
}

/** Grafana knows how often is scraped. */
export const RANGE = '$__rate_interval';

/** What Grafana would ask Prometheus, with everything chosen. */
export const withValues = (expr: string, range: string): string =>
  expr.replaceAll(RANGE, range).replaceAll('$pool', '.*');

/** The metrics of ours in a query, by their names in the catalogue; a name that is not there is given as it is. */
export function metricsIn(expr: string): string[] {
  const names = expr.match(/\bintermodal_[a-z_]+/g) ?? [];
  return names.map((name) => {
    const whole = name.replace(/_(bucket|sum|count)$/, '');
    return whole in METRICS ? whole : name;
  });
}

const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };
const WIDTH = 12;
const HEIGHT = 8;
const NUMBER_WIDTH = 6;
const NUMBER_HEIGHT = 4;

/** As Grafana imports it. Ids and places follow from the order, so that a change moves little. */
export function renderDashboard({ name, title, byPool, panels }: Dashboard): object {
  const places = placesOf(panels);
  return {
    uid: `intermodal-${name}`,
    title,
    tags: ['intermodal'],
    schemaVersion: 36,
    version: 1,
    editable: true,
    graphTooltip: 1,
    time: { from: 'now-3h', to: 'now' },
    refresh: '30s',
    timezone: 'browser',
    annotations: { list: [] },
    links: [
      { type: 'dashboards', title: 'Intermodal', tags: ['intermodal'], asDropdown: true, keepTime: true },
    ],
    templating: {
      list: [
        { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus', refresh: 1 },
        ...(byPool
          ? [
              {
                ...{
                  name: 'pool',
                  label: 'Pool',
                  type: 'query',
                  datasource: DATASOURCE,
                  refresh: 2,
                  sort: 1,
                },
                query: { query: 'label_values(intermodal_pool_workers, pool)', refId: 'pool' },
                ...{
                  includeAll: true,
                  multi: true,
                  allValue: '.*',
                  current: { text: 'All', value: '$__all' },
                },
              },
            ]
          : []),
      ],
    },
    panels: panels.map((panel, i) => renderPanel(panel, i + 1, places[i]!)),
  };
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Row after row, as they fit. */
function placesOf(panels: readonly Panel[]): Place[] {
  let [x, y, rowHeight] = [0, 0, 0];
  return panels.map(({ kind }) => {
    const [w, h] = kind === 'number' ? [NUMBER_WIDTH, NUMBER_HEIGHT] : [WIDTH, HEIGHT];
    if (x + w > 2 * WIDTH || (x > 0 && h !== rowHeight)) [x, y] = [0, y + rowHeight];
    rowHeight = h;
    const place = { x, y, w, h };
    x += w;
    return place;
  });
}

function renderPanel({ title, about, unit, kind, queries }: Panel, id: number, gridPos: Place): object {
  return {
    id,
    type: kind === 'number' ? 'stat' : 'timeseries',
    title,
    description: about,
    datasource: DATASOURCE,
    gridPos,
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    options:
      kind === 'number'
        ? { reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false }, colorMode: 'none' }
        : {
            legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
            tooltip: { mode: 'multi', sort: 'desc' },
          },
    targets: queries.map(({ expr, legend }, i) => ({
      refId: String.fromCharCode(65 + i),
      ...{ datasource: DATASOURCE, expr, legendFormat: legend, range: true },
    })),
  };
}
