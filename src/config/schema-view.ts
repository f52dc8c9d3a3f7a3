// Views of the configuration file as zod schemas: those by name, and those that depend on a claim.
// Shapes alone; what the keys mean is checked where views are built.

import { z } from 'zod';
import { PRESET_NAMES } from '../views/presets.js';
import { GAUGE_FUNCTIONS, LABEL_ACTIONS } from '../views/resolve-options.js';
import type { FileClaimedView, FileLabelRule, FileView } from './file-options.js';
import { count, duration, expecting, flag, oneOf, text, textOrTexts, texts } from './scalars.js';
import { section } from './schema-section.js';

const labelRule: z.ZodType<FileLabelRule> = section(
  {
    label: text('Glob (*, ?) on the label name; case and the choice of - or _ do not matter.'),
    metric: text('Glob (*, ?) on the metric name. Default: every metric.').optional(),
    action: oneOf(LABEL_ACTIONS, 'What happens to the value of the label.'),
  },
  'What happens to the labels of one name.',
);

/** The keys of a view; what is only in one series for a claim is said below. */
const viewShape = {
  target: text('Name of the target. Default: the first target.').optional(),
  preset: oneOf(PRESET_NAMES, 'Default: the preset of the target.').optional(),
  only: z
    .record(z.string(), texts('values', 'Allowed values, compared byte for byte.'), {
      error: expecting('label names, each with a list of values'),
    })
    .describe('Tenant scope: only series whose labels have one of these values.')
    .optional(),
  share: texts('globs', 'Globs on metrics without the scoped labels that are shown all the same.').optional(),
  derive: flag(
    'Whether series that name no tenant but carry its identifiers are shown; needs only. Default: false.',
  ).optional(),
  derive_from: texts(
    'label names',
    'Labels with identifiers that the target assigns. Default: those of the preset.',
  ).optional(),
  metrics: section(
    {
      keep: texts('globs', 'Globs on metric names that are shown. Default: every metric.').optional(),
      drop: texts('globs', 'Globs on metric names that are not shown; stronger than keep.').optional(),
    },
    'Selection by metric name.',
  ).optional(),
  labels: z
    .array(labelRule, { error: expecting('a list of rules') })
    .min(1)
    .describe('Rules that come before those of the preset; the first that fits counts.')
    .optional(),
  reveal: texts('label names', 'Labels whose rule of the preset is lifted.').optional(),
  gauges: z
    .record(z.string(), oneOf(GAUGE_FUNCTIONS, 'How gauges that became equal are put together.'), {
      error: expecting('globs on metric names, each with a function'),
    })
    .describe('Functions of gauges, by glob on the metric name.')
    .optional(),
  pseudonym_scope: text(
    'Views of one scope share pseudonyms; those of two cannot be linked. Default: default.',
  ).optional(),
  max_series: count('Series of the target beyond which a scrape fails. Default: 2000000.').optional(),
  max_values_per_label: count(
    'Values of one label of one metric that are shown; further ones become __other__. Default: no limit.',
  ).optional(),
  series_retention: duration(
    'How long the last value of a vanished counter is kept. Default: 1d.',
  ).optional(),
};

/** A view. */
export const view: z.ZodType<FileView> = section(viewShape, 'What a credential may see of one target.');

const claimed = z
  .record(z.string(), textOrTexts('values', 'Allowed values; "{claim}" stands for those of the claim.'), {
    error: expecting('label names, each with "{claim}" or a list of values'),
  })
  .describe('Tenant scope: the value "{claim}" stands for the values of the claim.');

/** A view that depends on what a token says. */
export const claimedView: z.ZodType<FileClaimedView> = section(
  {
    from_claim: textOrTexts(
      'names',
      'Name of the claim; a list leads to a claim within others, from the outermost.',
    ),
    views: z
      .record(z.string(), text('Name of the view.', 'the name of a view'), {
        error: expecting('values of the claim, each with the name of a view'),
      })
      .describe('Name of the view for each value of the claim; no other key goes with it.')
      .optional(),
    ...viewShape,
    only: claimed.optional(),
    pseudonym_scope: text(
      'As of a view; "{claim}" keeps the pseudonyms of its views apart. Default: default.',
    ).optional(),
  },
  'A view for each value of a claim.',
);
