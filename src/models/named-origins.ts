/** The origins that a person named by choosing a model: where the model worker may send requests. */
import type { ModelSource } from './language-model';

/** The origins of a model's addresses. An address that is none names nothing. */
export function namedOrigins({ webllm, gguf, endpoint }: ModelSource): string[] {
  const addresses = [
    webllm?.model,
    webllm?.library,
    gguf && 'url' in gguf ? gguf.url : undefined,
    endpoint?.url,
  ];
  const origins = new Set<string>();
  for (const address of addresses)
    if (address !== undefined && URL.canParse(address)) origins.add(new URL(address).origin);
  return [...origins];
}
