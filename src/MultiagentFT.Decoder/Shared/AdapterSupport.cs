using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Decoder.Shared;

/// <summary>Which adapters the mixed-adapter decoder applies: those of the linear layers of its blocks.</summary>
internal static class AdapterSupport
{
    /// <summary>The first thing in adapter files that this decoder does not apply; null where it applies all.</summary>
    /// <exception cref="InputException">A file cannot be read, or is not an adapter of the model.</exception>
    public static InputException? Refusal(IEnumerable<string> paths, ModelFile model)
    {
        foreach (var path in paths.Distinct())
        {
            using var file = AdapterFile.Open(path);
            file.RequireBase(model);
            foreach (var pair in file.Pairs)
            {
                if (Refusal(path, pair, model.Shape) is { } refusal) return refusal;
            }
        }
        return null;
    }

    /// <inheritdoc cref="Refusal(IEnumerable{string}, ModelFile)" path="/summary"/>
    public static InputException? Refusal(string path, AdapterPair pair, ModelShape shape)
    {
        if (!BlockTensor.TryParse(pair.BaseTensor, shape.Blocks, out _, out var name) || Targets(name, pair.OutputLength, shape).Length == 0)
            return new(path, pair.BaseTensor, "a linear layer of a block (the mixed-adapter decoder; --decoder llama applies others)", "another tensor");
        return pair.Rank > DecoderPair.MostRank
            ? new(path, pair.BaseTensor, $"a rank of at most {DecoderPair.MostRank} (the mixed-adapter decoder; --decoder llama applies others)", $"{pair.Rank}")
            : null;
    }

    /// <summary>The targets that a tensor of a block consists of; empty for one that is no linear layer.</summary>
    public static AdapterTarget[] Targets(string name, long outputs, ModelShape shape) => name switch
    {
        "attn_q.weight" => [AdapterTarget.Queries],
        "attn_k.weight" => [AdapterTarget.Keys],
        "attn_v.weight" => [AdapterTarget.Values],
        "attn_qkv.weight" => [AdapterTarget.Queries, AdapterTarget.Keys, AdapterTarget.Values],
        "attn_output.weight" => [AdapterTarget.Output],
        "ffn_gate.weight" => [AdapterTarget.Gate],
        "ffn_up.weight" when outputs == 2L * shape.FeedForward => [AdapterTarget.Gate, AdapterTarget.Up],
        "ffn_up.weight" => [AdapterTarget.Up],
        "ffn_down.weight" => [AdapterTarget.Down],
        _ => [],
    };
}
