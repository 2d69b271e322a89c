"""The pocket model as a WebLLM model library: a tiny Llama in tvm.relax.frontend.nn.

One module holds everything that a WebLLM model library must export: the model itself (embed, prefill,
decode, create_tir_paged_kv_cache) and the sampling steps that WebLLM runs on the GPU after it. Weights
are plain float32 ("q0f32"), stored (in, out), with the norms' weights folded in (see kernels.py).
"""

from __future__ import annotations

import dataclasses

import numpy as np
import tvm
from tvm import relax as rx
from tvm import tirx
from tvm.relax.frontend import nn
from tvm.relax.frontend.nn import Tensor, op
from tvm.relax.frontend.nn.llm import kv_cache as kv
from tvm.relax.frontend.nn.llm.kv_cache import PagedKVCache, RopeMode
from tvm.target import Target

import attention
import kernels
import sampling


@dataclasses.dataclass(frozen=True)
class PocketConfig:
    """The model's shape, which the library is compiled for."""

    vocab_size: int = 1536
    hidden_size: int = 160
    intermediate_size: int = 448
    num_hidden_layers: int = 4
    num_attention_heads: int = 5
    head_dim: int = 32
    rms_norm_eps: float = 1e-5
    rope_theta: int = 10000
    context_window_size: int = 256
    prefill_chunk_size: int = 256


def rope_table(cfg: PocketConfig):
    """(positions, head_dim): the cosines, then the sines, of each position's angles."""
    d = cfg.head_dim
    angle = np.outer(
        np.arange(cfg.context_window_size), float(cfg.rope_theta) ** (-np.arange(0, d, 2) / d)
    )
    return np.concatenate([np.cos(angle), np.sin(angle)], 1).astype("float32")


class SmallKVCache(PagedKVCache):
    """TVM's paged cache with this folder's attention kernels, and without the kernels that WebLLM
    cannot reach here (tree attention, sliding window, MLA): fewer shaders to compile at load."""

    def __init__(self, cfg: PocketConfig, sizes, target: Target):
        bb = rx.BlockBuilder.current()
        h, d, layers, t = cfg.num_attention_heads, cfg.head_dim, cfg.num_hidden_layers, "float32"
        none = rx.Tuple([])

        def tir(func, name):
            return bb.add_func(func, name)

        def attn(func, name):
            return rx.Tuple([tvm.ir.StringImm("tirx"), tir(func, name)])

        args = [
            rx.ShapeExpr([*sizes, 1024]),  # the last: a per-layer window, unused but must be > 0
            rx.ShapeExpr([0, layers]),
            *map(rx.prim_value, (h, h, d, d)),
            rx.ShapeExpr([int(kv.AttnKind.MHA)] * layers),
            rx.prim_value(False),  # no disaggregation
            rx.prim_value(RopeMode.NORMAL),
            rx.prim_value(1),
            rx.prim_value(cfg.rope_theta),
            # the slot of "rope extension factors": a tensor here reaches the rope kernel as its
            # last argument, and ours wants the table of cosines and sines there
            rx.const(rope_table(cfg), t),
            rx.op.zeros((), t),
            tir(kv._kv_cache_transpose_append(h, d, t), "kv_append"),
            rx.prim_value(0),  # no MLA append
            attn(attention.ragged(h, d), "attn_ragged"),
            attn(attention.paged(h, d), "attn_prefill"),
            attn(attention.decode(h, d), "attn_decode"),
            none,  # prefill, sliding window
            none,  # decode, sliding window
            none,  # tree attention over pages
            none,  # tree attention, ragged
            none,  # MLA
            rx.Tuple([tir(attention.merge(h, d), "attn_merge")]),
            tir(kernels.split_rope(h, h, d, cfg.context_window_size), "split_rope"),
            tir(kv._copy_single_page(h, sizes[3], d, t, target), "kv_copy_page"),
            tir(kv._kv_cache_debug_get_kv(layers, h, d, t), "kv_debug"),
            tir(kv._compact_kv_copy(h, d, t, target), "kv_compact"),
        ]
        super().__init__(
            _expr=rx.call_pure_packed(
                "vm.builtin.paged_attention_kv_cache_create", *args, ty_args=rx.AnyType()
            ),
            _name="paged_kv_cache",
        )


class Block(nn.Module):
    """One layer: seven kernels, four of them matrices with everything around them fused in."""

    def __init__(self, cfg: PocketConfig):
        self.cfg = cfg
        d, ff = cfg.hidden_size, cfg.intermediate_size
        self.qkv = nn.Parameter((d, 3 * d))
        self.out = nn.Parameter((d, d))
        self.gate_up = nn.Parameter((d, 2 * ff))
        self.down = nn.Parameter((ff, d))

    def forward(self, x: Tensor, cache: PagedKVCache, layer: int, tile: int):
        cfg = self.cfg
        d, ff, h = cfg.hidden_size, cfg.intermediate_size, cfg.num_attention_heads
        b, s, _ = x.shape

        def call(kernel, name, args, width):
            out = Tensor.placeholder((b, s, width), "float32")
            return op.tensor_ir_op(kernel, name, args, out)

        eps = cfg.rms_norm_eps
        qkv = call(kernels.norm_dense(d, 3 * d, eps, tile, 5, 32, False), "qkv", [x, self.qkv], 3 * d)
        qkv = op.reshape(qkv, (b, s, 3 * h, cfg.head_dim))
        # rotary embedding, append to the pages and causal attention all happen in here
        a = cache.attention_with_fused_qkv(layer, qkv, h, sm_scale=cfg.head_dim**-0.5)
        a = op.reshape(a, (b, s, d))
        x = call(kernels.dense_add(d, d, tile, 5, 32), "out", [a, self.out, x], d)
        m = call(kernels.norm_swiglu(d, ff, eps, tile, 4, 16), "gate_up", [x, self.gate_up], ff)
        return call(kernels.dense_add(ff, d, tile, 5, 32), "down", [m, self.down, x], d)


class PocketLlama(nn.Module):
    """The functions that WebLLM calls by name."""

    def __init__(self, cfg: PocketConfig):
        self.cfg = cfg
        self.embed_tokens = nn.Embedding(cfg.vocab_size, cfg.hidden_size)
        self.layers = nn.ModuleList([Block(cfg) for _ in range(cfg.num_hidden_layers)])
        self.head = nn.Parameter((cfg.hidden_size, cfg.vocab_size))
        self.to("float32")

    # ---- the model -------------------------------------------------------------------------

    def embed(self, input_ids: Tensor):
        return self.embed_tokens(input_ids)

    def _forward(self, x: Tensor, cache: PagedKVCache, tile: int):
        cfg = self.cfg
        for i, layer in enumerate(self.layers):
            x = layer(x, cache, i, tile)
        kernel = kernels.norm_dense(
            cfg.hidden_size, cfg.vocab_size, cfg.rms_norm_eps, 1, 4, 32, True
        )
        return op.tensor_ir_op(
            kernel, "head", [x, self.head], Tensor.placeholder((1, 1, cfg.vocab_size), "float32")
        )

    def prefill(self, input_embed: Tensor, paged_kv_cache: PagedKVCache):
        return self._forward(input_embed, paged_kv_cache, 8), paged_kv_cache

    def decode(self, input_embed: Tensor, paged_kv_cache: PagedKVCache):
        return self._forward(input_embed, paged_kv_cache, 1), paged_kv_cache

    def create_tir_paged_kv_cache(
        self,
        max_batch_size: tirx.Var,
        max_total_seq_len: tirx.Var,
        prefill_chunk_size: tirx.Var,
        page_size: tirx.Var,
        support_sliding_window: tirx.Var,
    ):
        sizes = [
            max_batch_size, max_total_seq_len, prefill_chunk_size, page_size, support_sliding_window
        ]
        return SmallKVCache(self.cfg, sizes, Target.current(allow_none=False))

    # ---- the sampling steps that WebLLM calls after each forward -----------------------------

    def softmax_with_temperature(self, logits: Tensor, temperature: Tensor):
        scaled = logits / op.reshape(temperature, (temperature.shape[0], 1, 1))
        return op.softmax(scaled, axis=-1)

    def argsort_probs(self, probs: Tensor):
        batch, vocab = probs.shape
        return op.tensor_ir_op(
            sampling.rank_sort(self.cfg.vocab_size),
            "rank_sort",
            [probs],
            (
                Tensor.placeholder((batch, vocab), "float32"),
                Tensor.placeholder((batch, vocab), "int32"),
            ),
        )

    def sample_with_top_p(
        self,
        sorted_probs: Tensor,
        sorted_indices: Tensor,
        uniform_samples: Tensor,
        sample_indices: Tensor,
        top_p: Tensor,
    ):
        return op.tensor_ir_op(
            sampling.nucleus_pick(self.cfg.vocab_size),
            "nucleus_pick",
            [sorted_probs, sorted_indices, uniform_samples, sample_indices, top_p],
            Tensor.placeholder((uniform_samples.shape[0],), "int32"),
        )

    # ---- signatures ----------------------------------------------------------------------------

    def export_spec(self):
        """The exported functions' arguments: shapes, and whether the weights come along."""
        cfg = self.cfg
        with_params = {"$": {"param_mode": "packed", "effect_mode": "none"}}
        no_params = {"$": {"param_mode": "none", "effect_mode": "none"}}

        def t(*shape, dtype="float32"):
            return nn.spec.Tensor(list(shape), dtype)

        cache = nn.spec.Object(object_type=PagedKVCache)
        width, vocab = cfg.hidden_size, cfg.vocab_size
        return nn.spec.ModuleSpec.from_raw(
            {
                "embed": {"input_ids": t("seq_len", dtype="int32"), **with_params},
                "prefill": {
                    "input_embed": t(1, "seq_len", width), "paged_kv_cache": cache, **with_params
                },
                "decode": {"input_embed": t(1, 1, width), "paged_kv_cache": cache, **with_params},
                "create_tir_paged_kv_cache": {
                    "max_batch_size": int,
                    "max_total_seq_len": int,
                    "prefill_chunk_size": int,
                    "page_size": int,
                    "support_sliding_window": int,
                    **no_params,
                },
                "softmax_with_temperature": {
                    "logits": t("batch_size", 1, vocab), "temperature": t("batch_size"), **no_params
                },
                "argsort_probs": {"probs": t("batch_size", vocab), **no_params},
                "sample_with_top_p": {
                    "sorted_probs": t("batch_size", vocab),
                    "sorted_indices": t("batch_size", vocab, dtype="int32"),
                    "uniform_samples": t("num_samples"),
                    "sample_indices": t("num_samples", dtype="int32"),
                    "top_p": t("batch_size"),
                    **no_params,
                },
            },
            self,
        )
