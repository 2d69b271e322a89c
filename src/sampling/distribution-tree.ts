/**
 * The answers already worked out, as a tree of next-token distributions per prompt. Drawing again
 * walks the tree and pays a forward pass only for a branch never taken: ancestral sampling, the same
 * distribution as asking afresh.
 */
import { findStop } from '../models/complete';
import type { Shaping, Uniform } from '../models/draw';
import type { Completion, LanguageModel, ModelOutcome } from '../models/language-model';
import { NextToken, type DrawnToken, type NextSource } from '../models/next-token';

/** One drawn answer. */
export interface Draw {
  text: string;
  /** Probability of the answer's tokens as the model gave it, before temperature and top-p. */
  p: number;
  /** `length`: cut off by `maxTokens` before it ended. */
  finish: Completion['finish'];
  /** Forward passes that this draw cost: none where the answer's branches were known. */
  passes: number;
}

interface Node {
  /** What may come next, where the answer goes on. */
  next: NextToken;
  children: Map<number, Node>;
  /** What its tokens say. */
  said: string;
  /** The answer, where it ends here. */
  text: string | null;
  finish: Completion['finish'];
}

interface Root {
  node: Node;
  bytes: number;
}

/** A beginning of an answer that may be looked at ahead of time. */
interface Branch {
  node: Node;
  prefix: readonly number[];
  chance: number;
}

/** A branch is worth a pass ahead of time where this many draws of it are to be expected ... */
const WORTH = 2;
/** ... and it has at least this chance; and so many at a time, so that a walk does not stand still. */
const LEAST_CHANCE = 0.01;
const MOST_AHEAD = 24;

function takeLikeliest(open: Branch[]): Branch | undefined {
  let best = 0;
  for (let k = 1; k < open.length; k++) if (open[k]!.chance > open[best]!.chance) best = k;
  return open.splice(best, 1)[0];
}

type Source = NextSource & Pick<LanguageModel, 'detokenize' | 'endTokens'>;

export interface TreeOptions extends Shaping {
  maxTokens: number;
  stop: readonly string[];
  /** Memory for kept distributions in bytes; prompts used longest ago are forgotten beyond it. */
  budget?: number;
}

const DEFAULT_BUDGET = 192 * 2 ** 20;

export class DistributionTree {
  private readonly roots = new Map<string, Root>();
  private bytes = 0;
  private passesMade = 0;

  constructor(
    private readonly model: Source,
    private readonly options: TreeOptions,
  ) {}

  /** Forward passes since the start. */
  get passes(): number {
    return this.passesMade;
  }

  /**
   * Draws one answer to a prompt.
   * @param uniform our own generator's stream: one number a token
   * @param expected draws of this prompt to come: what they will probably need is worked out at once, while
   *   the engine's cache holds the prompt. It changes no draw.
   * @returns the answer, or the engine's fault as it is; after a fault the tree is unchanged
   */
  async draw(
    prompt: string,
    uniform: Uniform,
    signal?: AbortSignal,
    expected = 0,
  ): Promise<ModelOutcome<Draw>> {
    const root = this.root(prompt);
    let node = root.node;
    const prefix: number[] = [];
    const before = this.passesMade;
    let logProbability = 0;
    while (node.text === null) {
      const drawn = await this.step(root, node, prompt, prefix, uniform, signal);
      if (!drawn.ok) return drawn;
      const { token } = drawn.value;
      logProbability += drawn.value.logProbability;
      const child = await this.childOf(node, prefix, token);
      if (!child.ok) return child;
      prefix.push(token);
      node = child.value;
    }
    if (this.passesMade > before && expected > 0)
      await this.lookAhead(root, prompt, Math.max(LEAST_CHANCE, WORTH / expected), signal);
    const { text, finish } = node;
    const passes = this.passesMade - before;
    return { ok: true, value: { text, p: Math.exp(logProbability), finish, passes } };
  }

  /** Works out the likeliest branches of a prompt, each of at least this chance, that are still open. */
  private async lookAhead(
    root: Root,
    prompt: string,
    least: number,
    signal?: AbortSignal,
  ): Promise<void> {
    const open: Branch[] = [{ node: root.node, prefix: [], chance: 1 }];
    let passes = 0;
    for (let branch = takeLikeliest(open); branch; branch = takeLikeliest(open)) {
      const { node, prefix, chance } = branch;
      if (!node.next.known) {
        if (signal?.aborted || passes++ >= MOST_AHEAD) return;
        // the number drawn is thrown away; a fault will be met again by a draw that needs the branch
        const filled = await this.step(root, node, prompt, prefix, () => 0, signal);
        if (!filled.ok) return;
      }
      for (const { token, chance: step } of node.next.likely(least / chance)) {
        const child = await this.childOf(node, prefix, token);
        if (!child.ok) return;
        if (child.value.text === null)
          open.push({
            ...{ node: child.value, prefix: [...prefix, token], chance: chance * step },
          });
      }
    }
  }

  private async childOf(
    node: Node,
    prefix: readonly number[],
    token: number,
  ): Promise<ModelOutcome<Node>> {
    const known = node.children.get(token);
    if (known) return { ok: true, value: known };
    const made = await this.child(node.said, [...prefix, token]);
    if (made.ok) node.children.set(token, made.value);
    return made;
  }

  private root(prompt: string): Root {
    const known = this.roots.get(prompt);
    // Most recently used last: the map's order is the order of forgetting.
    if (known) this.roots.delete(prompt);
    const root = known ?? { node: this.open(), bytes: 0 };
    this.roots.set(prompt, root);
    return root;
  }

  /** Draws the next token at a node, and keeps account of what was learnt for it. */
  private async step(
    root: { bytes: number },
    { next }: Node,
    prompt: string,
    prefix: readonly number[],
    uniform: Uniform,
    signal?: AbortSignal,
  ): Promise<ModelOutcome<DrawnToken>> {
    const { bytes, passes } = next;
    const drawn = await next.draw(prompt, prefix, uniform, signal);
    this.passesMade += next.passes - passes;
    root.bytes += next.bytes - bytes;
    this.bytes += next.bytes - bytes;
    if (next.bytes > bytes) this.forget(prompt);
    return drawn;
  }

  private forget(current: string): void {
    const budget = this.options.budget ?? DEFAULT_BUDGET;
    for (const [prompt, root] of this.roots) {
      if (this.bytes <= budget) return;
      if (prompt === current) continue;
      this.bytes -= root.bytes;
      this.roots.delete(prompt);
    }
  }

  /** @param before what the tokens before the last one say: an end token adds nothing */
  private async child(before: string, path: number[]): Promise<ModelOutcome<Node>> {
    const ended = this.model.endTokens.includes(path[path.length - 1]!);
    const whole = ended ? { ok: true as const, value: before } : await this.model.detokenize(path);
    if (!whole.ok) return whole;
    const stop = findStop(whole.value, this.options.stop);
    const node = this.open(whole.value);
    if (stop >= 0) node.text = whole.value.slice(0, stop);
    else if (ended || path.length >= this.options.maxTokens) {
      node.text = whole.value;
      if (!ended) node.finish = 'length';
    }
    return { ok: true, value: node };
  }

  private open(said = ''): Node {
    const next = new NextToken(this.model, this.options);
    return { next, children: new Map(), said, text: null, finish: 'stop' };
  }
}
