using MultiagentFT.Decoder.Shared;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Decoder;

/// <summary>The sizes of a model that the mixed-adapter decoder can serve.</summary>
internal sealed record DecoderShape
{
    private const int MostHeadLength = 256;
    private const int Lanes = 16;
    private static readonly string[] Architectures = ["llama", "qwen2", "qwen3", "phi3"];

    /// <summary>
    /// Tensors that the decoder computes with, of the model and of a block; one that it does not know would be left out of the
    /// result. Shapes and types of all of them have been checked when the file was opened.
    /// </summary>
    private static readonly string[] Global = ["token_embd.weight", "output.weight", "output_norm.weight"];
    private static readonly string[] Common =
        ["attn_norm.weight", "ffn_norm.weight", "attn_output.weight", "attn_output.bias", "ffn_up.weight", "ffn_down.weight"];
    private static readonly string[] Separate = ["attn_q.weight", "attn_k.weight", "attn_v.weight"];
    private static readonly string[] Biases = ["attn_q.bias", "attn_k.bias", "attn_v.bias"];

    /// <summary>Linear layers of a block that adapters reach, numbered as in mft_decoder.h.</summary>
    public const int Targets = 7;

    public required int Vocabulary { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int Embedding { get; init; }

    public required int Blocks { get; init; }

    public required int Heads { get; init; }

    /// <summary>Divides <see cref="Heads"/>.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>A multiple of 16, at most 256.</summary>
    public required int HeadLength { get; init; }

    public required int FeedForward { get; init; }

    public required float Epsilon { get; init; }

    public required float RopeBase { get; init; }

    /// <summary>Even, at most <see cref="HeadLength"/>.</summary>
    public required int RopeDimensions { get; init; }

    /// <summary>Whether rotary pairs are halves of the head (NEOX) or neighbours.</summary>
    public required bool RopeHalves { get; init; }

    public int Queries => Heads * HeadLength;

    public int Keys => KeyValueHeads * HeadLength;

    /// <summary>Width of what a target reads.</summary>
    public int Inputs(AdapterTarget target) => target switch { AdapterTarget.Output => Queries, AdapterTarget.Down => FeedForward, _ => Embedding };

    /// <summary>Width of what a target gives.</summary>
    public int Outputs(AdapterTarget target) => target switch
    {
        AdapterTarget.Queries => Queries,
        AdapterTarget.Keys or AdapterTarget.Values => Keys,
        AdapterTarget.Gate or AdapterTarget.Up => FeedForward,
        _ => Embedding,
    };

    /// <summary>Why this decoder does not compute a model: the file, the key, what was expected and found. Null where it does.</summary>
    public static InputException? Refusal(ModelFile model)
    {
        var architecture = model.Architecture;
        if (!Architectures.Contains(architecture))
            return Unsupported("general.architecture", string.Join(", ", Architectures), architecture);
        foreach (var tensor in model.File.Tensors)
        {
            if (!IsKnown(model, tensor.Name)) return Unsupported(tensor.Name, $"a tensor of a dense {architecture} decoder", "this one");
        }
        if ((RopeScaling.Deviation(model) ?? PlainDecoder.BesideRope(model)) is { } deviation) return Unsupported(deviation.Key, deviation.Expected, deviation.Found);
        if (model.HeadLength % Lanes != 0 || model.HeadLength > MostHeadLength)
            return Unsupported($"{architecture}.attention.key_length", $"a multiple of {Lanes}, at most {MostHeadLength}", $"{model.HeadLength}");
        return null;

        InputException Unsupported(string key, string expected, string found) =>
            new(model.File.Path, key, expected + " (the mixed-adapter decoder; --decoder llama serves others)", found);
    }

    /// <summary>Reads the sizes.</summary>
    /// <exception cref="InputException">There is a <see cref="Refusal"/>.</exception>
    public static DecoderShape Of(ModelFile model)
    {
        if (Refusal(model) is { } refusal) throw refusal;
        return new DecoderShape
        {
            Vocabulary = model.VocabularySize,
            Embedding = model.EmbeddingLength,
            Blocks = model.BlockCount,
            Heads = model.HeadCount,
            KeyValueHeads = model.KeyValueHeadCount,
            HeadLength = model.HeadLength,
            FeedForward = model.FeedForwardLength,
            Epsilon = model.RmsEpsilon,
            RopeBase = model.RopeBase,
            RopeDimensions = model.RopeDimensions,
            RopeHalves = model.Architecture != "llama",
        };
    }

    private static bool IsKnown(ModelFile model, string tensor)
    {
        if (Global.Contains(tensor)) return true;
        var architecture = model.Architecture;
        if (tensor == "rope_freqs.weight") return architecture == "llama";
        if (tensor is RopeScaling.ShortFactors or RopeScaling.LongFactors) return architecture == "phi3";
        if (!BlockTensor.TryParse(tensor, model.BlockCount, out var block, out var name)) return false;
        if (Common.Contains(name)) return true;
        var isFused = model.File.TryGetTensor($"blk.{block}.attn_qkv.weight", out _);
        return name switch
        {
            "attn_qkv.weight" => architecture == "phi3",
            "ffn_gate.weight" => architecture != "phi3",
            "attn_q_norm.weight" or "attn_k_norm.weight" => architecture == "qwen3",
            _ => !isFused && (Separate.Contains(name) || Biases.Contains(name)),
        };
    }
}
