// The public API of the package: every name that may be relied upon, one by one.

export { ScrapegateError, ERROR_CODES, WARNING_CODES } from './errors.js';
export type { ErrorCode, Problem, Warning, WarningCode } from './errors.js';

export { Secret } from './internal/secret.js';
export { systemClock } from './internal/clock.js';
export type { Clock, Timer } from './internal/clock.js';
export type { Result } from './internal/result.js';

export { parseExposition } from './exposition/parse.js';
export { serialiseExposition } from './exposition/serialise.js';
export type {
  Exemplar,
  Exposition,
  ExpositionFormat,
  ExpositionProblem,
  Family,
  Label,
  MetricType,
  Sample,
} from './exposition/model.js';

export { compileView } from './views/compile-view.js';
export { createViewRenderer } from './views/engine/view-renderer.js';
export type { RendererDeps } from './views/engine/view-renderer.js';
export { ExpositionReader } from './exposition/incremental/exposition-reader.js';
export type { ReadBody, ReadOptions } from './exposition/incremental/exposition-reader.js';
export type { ByteChunks } from './internal/byte-chunks.js';
export { resolveViewOptions } from './views/resolve-options.js';
export type { CompiledView } from './views/compile-view.js';
export type { RenderedView, ViewEffects, ViewRenderer } from './views/renderer.js';
export type { GaugeFunction, LabelAction, LabelRule, PresetName, ViewOptions } from './views/options.js';

export { createGateway } from './gateway/gateway.js';
export type { Gateway, GatewayDeps } from './gateway/gateway.js';
export type { GatewayOptions, ListenOptions } from './gateway/options.js';
export type { EventListener, GatewayEvent, RequestEvent } from './gateway/events.js';
