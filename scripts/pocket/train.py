"""Train the pocket model: seeded, one thread, budget in steps, cosine schedule."""

import argparse
import json
import math
import time

import numpy as np
import torch
from torch.nn import functional as F

import sources
import vocabulary
from batches import ROW, Batches
from model import CONFIG, Llama, save


def held_out(model, documents):
    """Nats a token on held-out running text."""
    model.eval()
    total = count = 0
    with torch.no_grad():
        for i in range(0, len(documents), 64):
            chunk = documents[i : i + 64]
            ids = torch.full((len(chunk), ROW), -1)
            for k, d in enumerate(chunk):
                ids[k, : len(d)] = torch.tensor(d)
            logits = model(ids[:, :-1].clamp(min=0))
            total += F.cross_entropy(
                logits.flatten(0, 1), ids[:, 1:].flatten(), ignore_index=-1, reduction="sum"
            ).item()
            count += int((ids[:, 1:] >= 0).sum())
    model.train()
    return total / count


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--rows", type=int, default=16)
    parser.add_argument("--share", type=float, default=0.6, help="share of the tokens that are questions")
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--early", type=int, nargs="*", default=[], help="steps after which a checkpoint is written"
    )
    a = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(a.seed)
    batches = Batches(vocabulary.load(), a.rows, a.share, a.seed)
    model = Llama(**CONFIG)
    parameters = sum(p.numel() for p in model.parameters())
    print(vars(a), "parameters", parameters, flush=True)
    decayed = [p for p in model.parameters() if p.dim() == 2]
    others = [p for p in model.parameters() if p.dim() < 2]
    groups = [dict(params=decayed, weight_decay=0.05), dict(params=others, weight_decay=0.0)]
    optimiser = torch.optim.AdamW(groups, lr=a.rate, betas=(0.9, 0.98), fused=True)
    started, tokens, log = time.time(), 0, []
    averages = np.zeros(3)

    def keep():
        record = dict(
            vars(a),
            step=step,
            tokens=tokens,
            parameters=parameters,
            heldOut=held_out(model, batches.held),
            log=log,
        )
        save(model, training=record)
        (sources.WORK / "training.json").write_text(json.dumps(record))
        print(f"saved at {step}: held-out text {record['heldOut']:.4f} nats a token", flush=True)

    for step in range(1, a.steps + 1):
        rate = a.rate * min(1, step / 100) * (0.5 * (1 + math.cos(math.pi * step / a.steps)) * 0.98 + 0.02)
        for group in optimiser.param_groups:
            group["lr"] = rate
        ids, weight, mask, at, soft = batches.next()
        logits = model(ids[:, :-1], mask).flatten(0, 1)
        loss = F.cross_entropy(logits, ids[:, 1:].flatten(), reduction="none")
        weight = weight.flatten().clone()
        answer = F.cross_entropy(logits[at], soft, reduction="none")
        total = (loss * weight).sum() - (loss[at] * weight[at]).sum() + (answer * weight[at]).sum()
        total = total / weight.sum()
        optimiser.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        tokens += int((weight > 0).sum())
        text = weight == 0.5
        excess = answer + (soft * soft.clamp(min=1e-30).log()).sum(-1)
        averages += [total.item(), excess.mean().item(), loss[text].mean().item()]
        if step % 100 == 0:
            log.append([step, *(round(float(x), 4) for x in averages / 100)])
            averages[:] = 0
            print(
                "{} loss {} answer KL {} text {}".format(*log[-1]),
                f"after {time.time() - started:.0f} s",
                flush=True,
            )
        if step in a.early or step == a.steps:
            keep()


if __name__ == "__main__":
    main()
