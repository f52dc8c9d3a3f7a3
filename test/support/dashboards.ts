// The dashboards of deploy/grafana as tests read them.

import { z } from 'zod';
import { readPage } from './documentation.js';

interface Datasource {
  readonly type: string;
  readonly uid: string;
}

/** A panel, or the heading of a row of them, which has no targets. */
export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: Datasource | undefined;
  readonly targets: readonly {
    readonly refId: string;
    readonly expr: string;
    readonly datasource: Datasource;
  }[];
  readonly fieldConfig: {
    readonly defaults: {
      readonly unit: string;
      readonly thresholds: { readonly steps: readonly { readonly value: number | null }[] };
    };
  };
}

/** A dashboard. */
export interface Dashboard {
  readonly schemaVersion: number;
  readonly description: string;
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly {
      readonly name: string;
      readonly type: string;
      readonly datasource?: Datasource | undefined;
      readonly definition?: string | undefined;
    }[];
  };
}

const datasource = z.object({ type: z.string(), uid: z.string() });
const gridPos = z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() });
const target = z.object({ refId: z.string(), expr: z.string(), datasource });
const panel: z.ZodType<Panel> = z.object({
  id: z.number(),
  type: z.string(),
  title: z.string(),
  gridPos,
  description: z.string().default(''),
  datasource: datasource.optional(),
  targets: z.array(target).default([]),
  fieldConfig: z
    .object({
      defaults: z.object({
        unit: z.string(),
        thresholds: z.object({ steps: z.array(z.object({ value: z.number().nullable() })) }),
      }),
    })
    .default({ defaults: { unit: '', thresholds: { steps: [] } } }),
});
const variable = z.object({
  name: z.string(),
  type: z.string(),
  datasource: datasource.optional(),
  definition: z.string().optional(),
});
const dashboard: z.ZodType<Dashboard> = z.looseObject({
  schemaVersion: z.number(),
  description: z.string(),
  panels: z.array(panel),
  templating: z.object({ list: z.array(variable) }),
});

/** The dashboard of that name. */
export function readDashboard(name: string): Dashboard {
  return dashboard.parse(JSON.parse(readPage(`deploy/grafana/${name}.json`)));
}

/** Every expression of its panels. */
export function dashboardExpressions({ panels }: Dashboard): readonly string[] {
  return panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
}
