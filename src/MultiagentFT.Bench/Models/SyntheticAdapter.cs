using MultiagentFT.Foundation;
using MultiagentFT.Gguf;

namespace MultiagentFT.Bench.Models;

/// <summary>Writes an adapter of noise on all linear layers of a model.</summary>
public static class SyntheticAdapter
{
    private static readonly string[] Linears = ["attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"];

    /// <param name="path">The file to create.</param>
    /// <param name="modelPath">The base model.</param>
    /// <param name="rank">1 or more.</param>
    /// <param name="seed">Another number, another adapter.</param>
    public static void Write(string path, string modelPath, int rank, ulong seed)
    {
        using var model = ModelFile.Open(modelPath);
        var random = new SplitMix64(seed);
        var pairs = new List<AdapterPairData>();
        for (var block = 0; block < model.Shape.Blocks; block++)
        {
            foreach (var name in Linears)
            {
                var tensor = model.File.RequireTensor($"blk.{block}.{name}.weight");
                pairs.Add(new AdapterPairData(tensor.Name, rank, Noise((int)tensor.RowLength * rank), Noise((int)tensor.Rows * rank)));
            }
        }
        AdapterWriter.Write(path, model, alpha: rank, name: $"noise {seed}", pairs);

        float[] Noise(int count)
        {
            var values = new float[count];
            for (var i = 0; i < count; i++) values[i] = (float)((random.NextDouble() - 0.5) / 64);
            return values;
        }
    }
}
