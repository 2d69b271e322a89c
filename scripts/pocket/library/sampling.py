"""The sampling steps in TIR that WebLLM runs on the GPU after each forward pass of the model.

The vocabulary is small, so none needs barriers, shared memory, subgroups or a global workspace.
"""

from tvm.script import tirx as T

THREADS = 64


def rank_sort(vocab: int, cols: int = 8):
    """probs -> (probs in descending order, their token ids). Each thread counts, for `cols` tokens,
    how many tokens come before them; ties go to the lower id."""
    width = THREADS * cols

    @T.prim_func(private=True, s_tir=True)
    def func(var_p: T.handle, var_sorted: T.handle, var_ids: T.handle):
        T.func_attr({"tirx.noalias": True, "tirx.is_scheduled": True})
        batch = T.int64()
        p = T.match_buffer(var_p, (batch, vocab), "float32")
        out = T.match_buffer(var_sorted, (batch, vocab), "float32")
        ids = T.match_buffer(var_ids, (batch, vocab), "int32")
        for row in T.thread_binding(batch, thread="blockIdx.y"):
            for blk in T.thread_binding((vocab + width - 1) // width, thread="blockIdx.x"):
                for th in T.thread_binding(THREADS, thread="threadIdx.x"):
                    with T.sblock("rank"):
                        r = T.axis.spatial(batch, row)
                        b = T.axis.spatial((vocab + width - 1) // width, blk)
                        t = T.axis.spatial(THREADS, th)
                        T.reads(p[r, 0:vocab])
                        T.writes(out[r, 0:vocab], ids[r, 0:vocab])
                        rank = T.sblock_alloc_buffer((cols,), "int32", scope="local")
                        mine = T.sblock_alloc_buffer((cols,), "float32", scope="local")
                        other = T.sblock_alloc_buffer((1,), "float32", scope="local")
                        for c in T.unroll(cols):
                            rank[c] = 0
                            mine[c] = p[r, T.min(b * width + c * THREADS + t, vocab - 1)]
                        for j in range(vocab):
                            other[0] = p[r, j]
                            for c in T.unroll(cols):
                                rank[c] += T.Select(
                                    other[0] > mine[c]
                                    or (other[0] == mine[c] and j < b * width + c * THREADS + t),
                                    1,
                                    0,
                                )
                        for c in T.unroll(cols):
                            if b * width + c * THREADS + t < vocab:
                                out[r, rank[c]] = mine[c]
                                ids[r, rank[c]] = T.cast(b * width + c * THREADS + t, "int32")

    return func


def nucleus_pick(vocab: int):
    """Top-p sampling from sorted probabilities: the shortest prefix whose mass reaches top_p is
    kept, and a uniform number in [0, 1) picks inside it."""

    @T.prim_func(private=True, s_tir=True)
    def func(
        var_p: T.handle,
        var_ids: T.handle,
        var_u: T.handle,
        var_rows: T.handle,
        var_top_p: T.handle,
        var_out: T.handle,
    ):
        T.func_attr({"tirx.noalias": True, "tirx.is_scheduled": True})
        batch, n = T.int64(), T.int64()
        p = T.match_buffer(var_p, (batch, vocab), "float32")
        ids = T.match_buffer(var_ids, (batch, vocab), "int32")
        u = T.match_buffer(var_u, (n,), "float32")
        rows = T.match_buffer(var_rows, (n,), "int32")
        top_p = T.match_buffer(var_top_p, (batch,), "float32")
        out = T.match_buffer(var_out, (n,), "int32")
        for blk in T.thread_binding(n, thread="blockIdx.x"):
            for _ in T.thread_binding(1, thread="threadIdx.x"):
                with T.sblock("pick"):
                    s = T.axis.spatial(n, blk)
                    T.reads(p[0:batch, 0:vocab], ids[0:batch, 0:vocab], u[s], rows[s], top_p[0:batch])
                    T.writes(out[s])
                    mass = T.sblock_alloc_buffer((1,), "float32", scope="local")
                    seen = T.sblock_alloc_buffer((1,), "float32", scope="local")
                    pick = T.sblock_alloc_buffer((1,), "int32", scope="local")
                    mass[0] = T.float32(0)
                    for j in range(vocab):
                        if mass[0] < top_p[rows[s]]:
                            mass[0] += p[rows[s], j]
                    seen[0] = T.float32(0)
                    pick[0] = 0
                    for j in range(vocab):
                        # j is taken unless the draw already fell before it
                        if seen[0] <= u[s] * mass[0] and seen[0] < mass[0] and p[rows[s], j] > T.float32(0):
                            pick[0] = ids[rows[s], j]
                            seen[0] += p[rows[s], j]
                    out[s] = pick[0]

    return func


def add_logit_bias(vocab: int):
    """logits[seq[k], token[k]] += bias[k], in place."""

    @T.prim_func(s_tir=True)
    def func(var_logits: T.handle, var_seq: T.handle, var_token: T.handle, var_bias: T.handle):
        T.func_attr(
            {
                "global_symbol": "apply_logit_bias_inplace",
                "tirx.noalias": True,
                "tirx.is_scheduled": True,
            }
        )
        batch, n = T.int32(), T.int32()
        logits = T.match_buffer(var_logits, (batch, vocab), "float32")
        seq = T.match_buffer(var_seq, (n,), "int32")
        token = T.match_buffer(var_token, (n,), "int32")
        bias = T.match_buffer(var_bias, (n,), "float32")
        for blk in T.thread_binding((n + THREADS - 1) // THREADS, thread="blockIdx.x"):
            for th in T.thread_binding(THREADS, thread="threadIdx.x"):
                with T.sblock("bias"):
                    k = T.axis.spatial(n, blk * THREADS + th)
                    T.where(blk * THREADS + th < n)
                    logits[seq[k], token[k]] += bias[k]

    return func


def apply_penalty(vocab: int):
    """Presence and frequency penalties are subtracted; then the repetition penalty divides a
    positive logit and multiplies a negative one.  In place, for the listed tokens."""

    @T.prim_func(s_tir=True)
    def func(
        var_logits: T.handle,
        var_seq_ids: T.handle,
        var_seq: T.handle,
        var_token: T.handle,
        var_count: T.handle,
        var_penalty: T.handle,
    ):
        T.func_attr(
            {
                "global_symbol": "apply_penalty_inplace",
                "tirx.noalias": True,
                "tirx.is_scheduled": True,
            }
        )
        batch, nseq, n = T.int32(), T.int32(), T.int32()
        logits = T.match_buffer(var_logits, (batch, vocab), "float32")
        seq_ids = T.match_buffer(var_seq_ids, (nseq,), "int32")
        seq = T.match_buffer(var_seq, (n,), "int32")
        token = T.match_buffer(var_token, (n,), "int32")
        count = T.match_buffer(var_count, (n,), "int32")
        # columns: presence, frequency, repetition
        penalty = T.match_buffer(var_penalty, (nseq, 3), "float32")
        for blk in T.thread_binding((n + THREADS - 1) // THREADS, thread="blockIdx.x"):
            for th in T.thread_binding(THREADS, thread="threadIdx.x"):
                with T.sblock("penalty"):
                    k = T.axis.spatial(n, blk * THREADS + th)
                    T.where(blk * THREADS + th < n)
                    logits[seq_ids[seq[k]], token[k]] -= (
                        penalty[seq[k], 0] + T.cast(count[k], "float32") * penalty[seq[k], 1]
                    )
                    logits[seq_ids[seq[k]], token[k]] = T.if_then_else(
                        logits[seq_ids[seq[k]], token[k]] > T.float32(0),
                        logits[seq_ids[seq[k]], token[k]] / penalty[seq[k], 2],
                        logits[seq_ids[seq[k]], token[k]] * penalty[seq[k], 2],
                    )

    return func


def apply_bitmask(vocab: int):
    """Tokens whose bit is 0 get the lowest float, in place (grammar-constrained decoding)."""
    words = (vocab + 31) // 32

    @T.prim_func(s_tir=True)
    def func(var_logits: T.handle, var_seq_ids: T.handle, var_mask: T.handle):
        T.func_attr(
            {
                "global_symbol": "apply_bitmask_inplace",
                "tirx.noalias": True,
                "tirx.is_scheduled": True,
            }
        )
        batch, nseq = T.int32(), T.int32()
        logits = T.match_buffer(var_logits, (batch, vocab), "float32")
        seq_ids = T.match_buffer(var_seq_ids, (nseq,), "int32")
        mask = T.match_buffer(var_mask, (batch, words), "int32")
        for row in T.thread_binding(nseq, thread="blockIdx.y"):
            for blk in T.thread_binding((vocab + THREADS - 1) // THREADS, thread="blockIdx.x"):
                for th in T.thread_binding(THREADS, thread="threadIdx.x"):
                    with T.sblock("mask"):
                        r = T.axis.spatial(nseq, row)
                        i = T.axis.spatial(vocab, blk * THREADS + th)
                        T.where(blk * THREADS + th < vocab)
                        logits[seq_ids[r], i] = T.if_then_else(
                            T.bitwise_and(
                                T.shift_right(mask[seq_ids[r], i // 32], i % 32), T.int32(1)
                            )
                            == 1,
                            logits[seq_ids[r], i],
                            T.min_value("float32"),
                        )

    return func


def inplace_kernels(vocab: int):
    """The kernels that WebLLM calls by name with the logits as first argument."""
    return {
        "apply_logit_bias_inplace": add_logit_bias(vocab),
        "apply_penalty_inplace": apply_penalty(vocab),
        "apply_bitmask_inplace": apply_bitmask(vocab),
    }
