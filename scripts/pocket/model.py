"""The model: a small Llama with tied embeddings and rotary embedding on adjacent pairs."""

import math
import os
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

import sources

CONFIG = dict(V=1536, d=160, L=4, h=5, ff=448, ctx=256, theta=10000.0)
PATH = sources.WORK / "model.pt"


class RMS(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(d))

    def forward(self, x):
        return F.rms_norm(x, (x.shape[-1],), self.weight, 1e-5)


def rotate(x, cos, sin):
    """Rotary embedding on adjacent pairs: llama.cpp's order, so q and k need no permutation in the GGUF."""
    a, b = x[..., 0::2], x[..., 1::2]
    return torch.stack((a * cos - b * sin, a * sin + b * cos), -1).flatten(-2)


class Block(nn.Module):
    def __init__(self, d, h, ff):
        super().__init__()
        self.h = h

        def linear(a, b):
            return nn.Linear(a, b, bias=False)

        self.attn_norm, self.ffn_norm = RMS(d), RMS(d)
        self.wq, self.wk, self.wv, self.wo = linear(d, d), linear(d, d), linear(d, d), linear(d, d)
        self.gate, self.up, self.down = linear(d, ff), linear(d, ff), linear(ff, d)

    def forward(self, x, cos, sin, mask):
        b, t, d = x.shape
        y = self.attn_norm(x)
        q, k, v = (w(y).view(b, t, self.h, d // self.h).transpose(1, 2) for w in (self.wq, self.wk, self.wv))
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        a = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=mask is None)
        x = x + self.wo(a.transpose(1, 2).reshape(b, t, d))
        y = self.ffn_norm(x)
        return x + self.down(F.silu(self.gate(y)) * self.up(y))


class Llama(nn.Module):
    def __init__(self, V, d, L, h, ff, ctx, theta):
        super().__init__()
        self.config = dict(V=V, d=d, L=L, h=h, ff=ff, ctx=ctx, theta=theta)
        self.emb = nn.Embedding(V, d)
        self.blocks = nn.ModuleList([Block(d, h, ff) for _ in range(L)])
        self.norm = RMS(d)
        for name, p in self.named_parameters():
            if name == "emb.weight":
                nn.init.normal_(p, 0, 0.02)
            elif name.endswith(("wo.weight", "down.weight")):
                nn.init.normal_(p, 0, 0.02 / math.sqrt(2 * L))
            elif p.dim() == 2:
                nn.init.normal_(p, 0, 1 / math.sqrt(p.shape[1]))
        half = d // h // 2
        angle = torch.arange(ctx)[:, None] * theta ** (-torch.arange(half).float() / half)
        self.register_buffer("cos", angle.cos(), persistent=False)
        self.register_buffer("sin", angle.sin(), persistent=False)

    def hidden(self, ids, mask=None):
        """Normalised state before the head, for every position."""
        t = ids.shape[1]
        x = self.emb(ids)
        for block in self.blocks:
            x = block(x, self.cos[:t], self.sin[:t], mask)
        return self.norm(x)

    def forward(self, ids, mask=None):
        return F.linear(self.hidden(ids, mask), self.emb.weight)


def save(model, path=PATH, **extra):
    """Write a checkpoint whole or not at all."""
    path = Path(path)
    part = path.with_suffix(".part")
    torch.save(dict(config=model.config, state=model.state_dict(), **extra), part)
    os.replace(part, path)


def load(path=PATH):
    """Model and checkpoint, ready for inference."""
    checkpoint = torch.load(path, map_location="cpu")
    model = Llama(**checkpoint["config"])
    model.load_state_dict(checkpoint["state"])
    return model.eval(), checkpoint
