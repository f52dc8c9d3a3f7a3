// What is said about a request: before it, after it, and about the time it took.
// Types alone. Numbers that can be none, and texts that are no names, are refused one by one; the rest counts.

/** Operations that the conventions name; others may have any name. */
export type LlmOperation =
  | 'chat'
  | 'create_agent'
  | 'embeddings'
  | 'execute_tool'
  | 'generate_content'
  | 'invoke_agent'
  | 'invoke_workflow'
  | 'retrieval'
  | 'text_completion'
  | (string & {});

/** What is known before a request is made. Values that clients choose are bounded by the options. */
export interface LlmRequest {
  readonly operation: LlmOperation;
  /** As the conventions name it: `openai`, `anthropic`, `aws.bedrock`, `azure.ai.openai`, … */
  readonly provider: string;
  /** The model that was asked for. */
  readonly requestModel?: string | undefined;
  /** Identities are pseudonymised unless the options say otherwise. */
  readonly tenant?: string | undefined;
  readonly user?: string | undefined;
  /** The identifier of an API key; never the key. */
  readonly key?: string | undefined;
}

/** What is known once a request was answered. */
export interface LlmOutcome {
  /** The model that answered. */
  readonly responseModel?: string | undefined;
  /** All input tokens, those from a prompt cache among them. */
  readonly inputTokens?: number | undefined;
  /** All output tokens, those of reasoning among them. */
  readonly outputTokens?: number | undefined;
  /** Input tokens that the provider read from its prompt cache. */
  readonly cachedInputTokens?: number | undefined;
  readonly reasoningOutputTokens?: number | undefined;
  /** Whether the cache of the server had the answer. Absent where it was not asked. */
  readonly cache?: 'hit' | 'miss' | undefined;
  /** US dollars. */
  readonly costUsd?: number | undefined;
  /** What class of error ended the request, as `timeout` or `429`. Absent when it succeeded. */
  readonly errorType?: string | undefined;
}

/** A request as a whole. */
export interface LlmRecord extends LlmRequest, LlmOutcome {
  /** From the request to the last byte or token of the answer. */
  readonly durationMs: number;
  /** From the request to the first token of the answer; of a stream. */
  readonly timeToFirstTokenMs?: number | undefined;
}
