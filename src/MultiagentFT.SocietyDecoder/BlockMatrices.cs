using MultiagentFT.Gguf;

namespace MultiagentFT.SocietyDecoder;

/// <summary>The matrices of one block: one or three for queries, keys and values, one or two for gate and up.</summary>
internal sealed record BlockMatrices(MatrixSource[] Heads, MatrixSource Output, MatrixSource[] GateUp, MatrixSource Down)
{
    public IEnumerable<MatrixSource> All => [.. Heads, Output, .. GateUp, Down];

    public static BlockMatrices Of(GgufFile file, int index)
    {
        return new BlockMatrices(
            MatrixSource.Join(Weight("attn_q"), Weight("attn_k"), Weight("attn_v")),
            new MatrixSource(Weight("attn_output")),
            MatrixSource.Join(Weight("ffn_gate"), Weight("ffn_up")),
            new MatrixSource(Weight("ffn_down")));

        TensorInfo Weight(string name) => file.RequireTensor($"blk.{index}.{name}.weight");
    }
}
