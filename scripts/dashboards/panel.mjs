// What the dashboards are made of: panels, rows of them, variables. Nothing here is of one machine: the data source is
// chosen on the dashboard, and ids are places in the order. The classic dashboard model of Grafana, schema version 42.

const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };
const GRID_WIDTH = 24;

/** Names of thresholds: colour from `value` on. */
export const GOOD = 'green';
export const WATCH = 'yellow';
export const BAD = 'red';
const PLAIN = 'text';

/** Colours from values on, lowest first: `[[0, GOOD], [1, BAD]]`. */
function steps(thresholds) {
  return thresholds.map(([value, color], index) => ({ color, value: index === 0 ? null : value }));
}

function targetsOf(queries, more) {
  return queries.map(([expr, legendFormat = '__auto'], index) => ({
    refId: String.fromCodePoint(65 + index),
    datasource: DATASOURCE,
    editorMode: 'code',
    expr,
    legendFormat,
    ...more,
  }));
}

function panel(
  type,
  { title, description, unit, queries, thresholds = [[0, PLAIN]], defaults, options, more, width },
) {
  return {
    width,
    type,
    title,
    description,
    datasource: DATASOURCE,
    targets: targetsOf(queries, more),
    fieldConfig: {
      defaults: {
        unit,
        thresholds: { mode: 'absolute', steps: steps(thresholds) },
        ...defaults,
      },
      overrides: [],
    },
    options,
  };
}

/** One number, and how it went. `mappings`: text for values. */
export function stat({ mappings = {}, decimals, ...about }) {
  const texts = Object.entries(mappings).map(([value, text], index) => [value, { text, index }]);
  return panel('stat', {
    width: 4,
    ...about,
    more: { instant: true },
    defaults: {
      color: { mode: 'thresholds' },
      ...(decimals !== undefined && { decimals }),
      mappings: texts.length === 0 ? [] : [{ type: 'value', options: Object.fromEntries(texts) }],
    },
    options: {
      colorMode: 'value',
      graphMode: 'none',
      justifyMode: 'auto',
      orientation: 'auto',
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
      textMode: 'auto',
      wideLayout: true,
    },
  });
}

/** Lines over time. `stacked` where the lines are parts of a whole. */
export function lines({ stacked = false, max, thresholds, ...about }) {
  return panel('timeseries', {
    width: 8,
    ...about,
    ...(thresholds !== undefined && { thresholds }),
    more: { range: true },
    defaults: {
      color: { mode: 'palette-classic' },
      min: 0,
      ...(max !== undefined && { max }),
      custom: {
        drawStyle: 'line',
        lineWidth: 1,
        fillOpacity: stacked ? 30 : 8,
        showPoints: 'never',
        spanNulls: false,
        stacking: { mode: stacked ? 'normal' : 'none', group: 'A' },
        thresholdsStyle: { mode: thresholds === undefined ? 'off' : 'dashed' },
      },
    },
    options: {
      legend: { displayMode: 'table', placement: 'bottom', showLegend: true, calcs: ['lastNotNull', 'max'] },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  });
}

/** States over time. */
export function states({ mappings, ...about }) {
  const texts = Object.entries(mappings).map(([value, [text, color]], index) => [
    value,
    { text, color, index },
  ]);
  return panel('state-timeline', {
    width: 8,
    ...about,
    more: { range: true },
    defaults: {
      color: { mode: 'thresholds' },
      custom: { fillOpacity: 70, lineWidth: 0 },
      mappings: [{ type: 'value', options: Object.fromEntries(texts) }],
    },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: false },
      mergeValues: true,
      rowHeight: 0.8,
      showValue: 'never',
      tooltip: { mode: 'single', sort: 'none' },
    },
  });
}

/** The latest value of each series, one bar each, the longest first. */
export function bars(about) {
  return panel('bargauge', {
    width: 8,
    ...about,
    more: { instant: true },
    defaults: { color: { mode: 'thresholds' }, min: 0 },
    options: {
      displayMode: 'basic',
      orientation: 'horizontal',
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
      showUnfilled: true,
      valueMode: 'text',
    },
  });
}

/** A heading with the panels under it, each `height` high, laid out from left to right. */
export function section(title, height, panels) {
  return { title, height, panels };
}

function place(sections) {
  const placed = [];
  let y = 0;
  for (const { title, height, panels } of sections) {
    placed.push({
      type: 'row',
      title,
      collapsed: false,
      gridPos: { x: 0, y, w: GRID_WIDTH, h: 1 },
      panels: [],
    });
    y += 1;
    let x = 0;
    for (const { width, ...rest } of panels) {
      if (x + width > GRID_WIDTH) {
        x = 0;
        y += height;
      }
      placed.push({ ...rest, gridPos: { x, y, w: width, h: height } });
      x += width;
    }
    y += height;
  }
  return placed.map((one, index) => ({ id: index + 1, ...one }));
}

/** A variable whose values are those of `label` in the series of `selector`. All of them, unless some are chosen. */
export function labelVariable(name, label, { selector, title, allValue = '.+' }) {
  const query = `label_values(${selector}, ${label})`;
  return {
    name,
    label: title,
    type: 'query',
    datasource: DATASOURCE,
    definition: query,
    query: { query, refId: 'StandardVariableQuery' },
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    allValue,
    current: { text: ['All'], value: ['$__all'] },
    options: [],
    regex: '',
    hide: 0,
    skipUrlSync: false,
  };
}

/** A dashboard. */
export function dashboard({ uid, title, description, tags, variables, sections }) {
  return {
    uid,
    title,
    description,
    tags,
    schemaVersion: 42,
    version: 1,
    editable: true,
    graphTooltip: 1,
    preload: false,
    refresh: '1m',
    time: { from: 'now-6h', to: 'now' },
    timepicker: {},
    timezone: 'browser',
    weekStart: '',
    fiscalYearStartMonth: 0,
    annotations: { list: [] },
    links: [
      {
        type: 'dashboards',
        title: 'Scrapegate',
        tags: ['scrapegate'],
        asDropdown: true,
        includeVars: false,
        keepTime: true,
        targetBlank: false,
        icon: 'external link',
        tooltip: '',
        url: '',
      },
    ],
    templating: {
      list: [
        {
          name: 'datasource',
          label: 'Prometheus',
          type: 'datasource',
          query: 'prometheus',
          refresh: 1,
          regex: '',
          multi: false,
          includeAll: false,
          current: {},
          options: [],
          hide: 0,
          skipUrlSync: false,
        },
        ...variables,
      ],
    },
    panels: place(sections),
  };
}
