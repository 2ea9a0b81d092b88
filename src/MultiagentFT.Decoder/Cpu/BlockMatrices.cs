using MultiagentFT.Gguf;

namespace MultiagentFT.Decoder.Cpu;

/// <summary>The matrices of one block: one or three for queries, keys and values, one or two for gate and up.</summary>
internal sealed record BlockMatrices(MatrixSource[] Heads, MatrixSource Output, MatrixSource[] GateUp, MatrixSource Down)
{
    public IEnumerable<MatrixSource> All => [.. Heads, Output, .. GateUp, Down];

    public static BlockMatrices Of(GgufFile file, int index)
    {
        // Phi-3 stores as one what is multiplied as one here anyway.
        return new BlockMatrices(
            file.TryGetTensor($"blk.{index}.attn_qkv.weight", out var heads)
                ? [new MatrixSource(heads)]
                : MatrixSource.Join(Weight("attn_q"), Weight("attn_k"), Weight("attn_v")),
            new MatrixSource(Weight("attn_output")),
            file.TryGetTensor($"blk.{index}.ffn_gate.weight", out var gate)
                ? MatrixSource.Join(gate, Weight("ffn_up"))
                : [new MatrixSource(Weight("ffn_up"))],
            new MatrixSource(Weight("ffn_down")));

        TensorInfo Weight(string name) => file.RequireTensor($"blk.{index}.{name}.weight");
    }
}
