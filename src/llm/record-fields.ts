// Reads a record as it was really given, whatever the types say. All of it is read before anything is counted, so that a
// record is counted as a whole or, when it cannot be read, not at all.

import type { LlmRecord, LlmRequest } from './records.js';

/** Members of a record that can be refused. */
export const REFUSABLE = [
  'durationMs',
  'timeToFirstTokenMs',
  'inputTokens',
  'outputTokens',
  'cachedInputTokens',
  'reasoningOutputTokens',
  'cache',
  'costUsd',
] as const;

/** A member that is refused where it cannot be what it says. */
export type RefusableField = (typeof REFUSABLE)[number];

/** The members of a record, as they are. */
export type RecordFields = Readonly<Record<keyof LlmRecord, unknown>>;

/** Beyond it sums lose the small numbers, and nothing is measured. */
export const MAX_NUMBER: number = 1e12;

/** Reads every member once. Throws where one of them does. */
export function readRecord(record: LlmRecord): RecordFields {
  return {
    operation: record.operation,
    provider: record.provider,
    requestModel: record.requestModel,
    responseModel: record.responseModel,
    tenant: record.tenant,
    user: record.user,
    key: record.key,
    errorType: record.errorType,
    durationMs: record.durationMs,
    timeToFirstTokenMs: record.timeToFirstTokenMs,
    inputTokens: record.inputTokens,
    outputTokens: record.outputTokens,
    cachedInputTokens: record.cachedInputTokens,
    reasoningOutputTokens: record.reasoningOutputTokens,
    cache: record.cache,
    costUsd: record.costUsd,
  };
}

/** A request as it is now, to be recorded later. Throws where a member does. */
export function readRequest(request: LlmRequest): LlmRequest {
  return {
    operation: request.operation,
    provider: request.provider,
    requestModel: request.requestModel,
    tenant: request.tenant,
    user: request.user,
    key: request.key,
  };
}

/** Whether a value is a number that can be recorded. */
export function isRecordable(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= MAX_NUMBER;
}
