/** What a server's refusals and silences mean, as faults with what to do about them. */
import { fault } from '../fault';
import type { ModelFault, ModelOutcome } from '../language-model';
import type { Server } from './address';
import type { Reply } from './request';

/** The fault of a reply that is no use repeating. */
export function refusal(reply: Reply, { url, key }: Server): ModelFault {
  const refused = (detail: string): ModelFault => ({ code: 'refused', detail });
  if (reply.kind === 'redirect')
    return refused(
      `${url} sends requests on to another address; type that one, so that prompts go only where you say`,
    );
  if (reply.kind !== 'status') return { code: 'bad-answer', detail: 'no answer of a known kind' };
  const { status } = reply;
  const said = reply.said === '' ? '' : `: ${reply.said}`;
  if (status === 401 || status === 403)
    return refused(
      key === null
        ? `it wants a key (${status})${said}`
        : `it does not take this key, or not for this (${status})${said}`,
    );
  if (status === 404) return refused(`it has no such model or no such path (404)${said}`);
  const long =
    /context.{0,40}(?:length|size|window)|too (?:long|many tokens)|exceed\w* .{0,40}(?:context|tokens)/i;
  if (status === 413 || ([400, 422].includes(status) && long.test(reply.said)))
    return { code: 'prompt-too-long', detail: `the server answers ${status}${said}` };
  return refused(`it answers ${status}${said}`);
}

/**
 * A server that gave nothing back. Whether it is there shows a request whose answer nobody may read:
 * the browser lets it through where it keeps the other answer from the page.
 */
export async function silence(
  { url }: Server,
  said: string,
  page: { origin: string } = self.location,
): Promise<ModelOutcome<never>> {
  const { origin } = new URL(url);
  const allow = `vLLM wants --allowed-origins '["${page.origin}"]', Ollama the variable OLLAMA_ORIGINS=${page.origin}; llama-server allows every page`;
  const there = await fetch(`${url}/models`, {
    mode: 'no-cors',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    cache: 'no-store',
    signal: AbortSignal.timeout(5000),
  }).then(
    () => true,
    () => false,
  );
  if (there)
    return fault(
      'unreachable',
      `${origin} answers, but does not allow ${page.origin} to read it (CORS): ${allow}; some servers also refuse a key in a way that no page may read`,
    );
  return fault(
    'unreachable',
    `nothing at ${origin} answers (${said}): start it, or check the address; if it does run, it does not allow this page (CORS): ${allow}`,
  );
}
