using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf;

/// <summary>
/// How a model stretches its rotary embedding (arXiv 2104.09864) over longer contexts, beyond per-frequency divisors that hold for
/// every length: positions divided by a factor (linear, arXiv 2306.15595), or divisors that depend on the context's length and
/// a factor on queries and keys (LongRoPE, arXiv 2402.13753), as llama.cpp computes them.
/// </summary>
public sealed record RopeScaling
{
    /// <summary>Divisors of the frequencies, [rotated dimensions / 2], for contexts up to <see cref="OriginalContext"/>.</summary>
    public const string ShortFactors = "rope_factors_short.weight";

    /// <summary>The same for longer ones.</summary>
    public const string LongFactors = "rope_factors_long.weight";

    /// <summary>Divisors for any length.</summary>
    public const string Factors = "rope_freqs.weight";

    /// <summary>All tensors with divisors of frequencies.</summary>
    public static IReadOnlyList<string> FactorNames { get; } = [Factors, ShortFactors, LongFactors];

    private static readonly string[] Types = ["none", "linear", "longrope"];

    /// <summary>Positions as they are.</summary>
    public static RopeScaling None { get; } = new() { Factor = 1, Magnitude = 1, OriginalContext = int.MaxValue };

    /// <summary>What positions are divided by: above 0.</summary>
    public required float Factor { get; init; }

    /// <summary>Of rotated queries and keys: above 0.</summary>
    public required float Magnitude { get; init; }

    /// <summary>Tokens of the longest context that takes short factors.</summary>
    public required int OriginalContext { get; init; }

    /// <summary>The setting of a model that is none of these: its key, what was expected and what was found. Null where all are.</summary>
    public static (string Key, string Expected, string Found)? Deviation(ModelFile model)
    {
        var metadata = model.File.Metadata;
        var key = $"{model.Architecture}.rope.scaling.type";
        return metadata.TryGetString(key, out var type) && !Types.Contains(type) ? (key, string.Join(", ", Types), type) : null;
    }

    /// <exception cref="InputException">The length of the original context is out of range.</exception>
    public static RopeScaling Of(ModelFile model)
    {
        var metadata = model.File.Metadata;
        var isNone = metadata.TryGetString(Key("type"), out var type) && type == "none";
        if (!metadata.TryGetSingle(Key("factor"), out var factor)) metadata.TryGetSingle($"{model.Architecture}.rope.scale_linear", out factor);
        metadata.TryGetSingle(Key("attn_factor"), out var magnitude);
        return new RopeScaling
        {
            // 0 stands for none.
            Factor = isNone || factor == 0 ? 1 : factor,
            Magnitude = magnitude == 0 ? 1 : magnitude,
            OriginalContext = metadata.TryGetInteger(Key("original_context_length"), 0, int.MaxValue, out var context) && context > 0 ? (int)context : model.Shape.Context,
        };

        string Key(string name) => $"{model.Architecture}.rope.scaling.{name}";
    }

    /// <summary>Sees to it that divisors are above 0.</summary>
    /// <returns><paramref name="values"/>.</returns>
    /// <exception cref="InputException">One is not.</exception>
    public static float[] CheckFactors(GgufFile file, TensorInfo tensor, float[] values)
    {
        var bad = Array.FindIndex(values, factor => !(float.IsFinite(factor) && factor > 0));
        return bad < 0 ? values : throw new InputException(file.Path, $"{tensor.Name}[{bad}]", "a finite number above 0", $"{values[bad]}");
    }

    /// <summary>The tensor with the divisors for a context of some length; null for none.</summary>
    public string? FactorsOf(GgufFile file, int contextLength) => FactorNamesFor(contextLength).FirstOrDefault(name => file.TryGetTensor(name, out _));

    /// <summary>The tensors that may hold the divisors for a context of some length; the first that is there counts.</summary>
    public IReadOnlyList<string> FactorNamesFor(int contextLength) => [Factors, contextLength > OriginalContext ? LongFactors : ShortFactors];
}
