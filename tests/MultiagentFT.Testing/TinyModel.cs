using MultiagentFT.Gguf;
using MultiagentFT.Native.Tensors;

namespace MultiagentFT.Testing;

/// <summary>
/// Writes small GGUF models with random weights, for tests of values: no download, a few hundred kilobytes, the same bytes
/// for the same options.
/// </summary>
public static class TinyModel
{
    /// <summary>The ChatML template as it is usually written.</summary>
    public const string ChatMl =
        "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

    /// <returns><paramref name="path"/>.</returns>
    public static string Write(string path, TinyModelOptions? options = null)
    {
        options ??= new TinyModelOptions();
        GgufWriter.Write(path, Metadata(options), Tensors(options));
        return path;
    }

    private static GgufMetadata Metadata(TinyModelOptions options)
    {
        var metadata = new GgufMetadata();
        // llama.cpp looks for Phi-3's own tokens in whatever has its name.
        ModelMetadata.AddTo(metadata, options.Shape, options.Architecture == "phi3" ? "tiny fused" : $"tiny {options.Architecture}");
        if (options.RopeScaling is { } scaling) metadata.Set($"{options.Architecture}.rope.scaling.type", scaling);
        foreach (var (name, value) in options.Settings)
        {
            var key = $"{options.Architecture}.{name}";
            switch (value)
            {
                case string text: metadata.Set(key, text); break;
                case float number: metadata.Set(key, number); break;
                case uint count: metadata.Set(key, count); break;
                default: throw new ArgumentException($"{key} is of type {value.GetType()}.", nameof(options));
            }
        }
        if (options.SentencePiece) TinySentencePiece.Describe(metadata);
        else TinyVocabulary.Describe(metadata, options.TurnEnd, options.UserDefined);
        if (options.ChatTemplate is { } template) metadata.Set("tokenizer.chat_template", template);
        return metadata;
    }

    private static List<TensorSource> Tensors(TinyModelOptions options)
    {
        return [.. ArchitectureCatalog.Find(options.Architecture)!.Tensors(options.Shape).Select(Source), .. Factors()];

        IEnumerable<TensorSource> Factors() => options.RopeFactors is not { } factors ? [] :
        [
            Values(RopeScaling.ShortFactors, factors.Short),
            Values(RopeScaling.LongFactors, factors.Long),
        ];

        static TensorSource Values(string name, float[] values) =>
            new(name, TensorType.F32, [values.Length], () => TensorCodec.Quantize(TensorType.F32, values, values.Length));

        TensorSource Source(TensorRule tensor) => tensor switch
        {
            { Name: "token_embd.weight" } => Matrix(tensor.Name, (int)tensor.Shape[0], (int)tensor.Shape[1], scale: 1),
            { IsMatrix: true } => Matrix(tensor.Name, (int)tensor.Shape[0], (int)tensor.Shape[1]),
            _ when tensor.Name.EndsWith(".bias", StringComparison.Ordinal) => Vector(tensor.Name, (int)tensor.Shape[0], 0, 0.5f),
            _ => Vector(tensor.Name, (int)tensor.Shape[0], 1, 0.2f),
        };

        // Uniform with variance 1/in (times scale²), which keeps activations near 1.
        TensorSource Matrix(string name, int input, int output, float? scale = null)
        {
            var reach = (scale ?? 1 / MathF.Sqrt(input)) * MathF.Sqrt(3);
            return new TensorSource(name, options.TensorType, [input, output], () => TensorCodec.Quantize(
                options.TensorType, RandomWeights.Uniform(options.Seed, name, (long)input * output, 0, reach), input));
        }

        TensorSource Vector(string name, int length, float middle, float reach) =>
            new(name, TensorType.F32, [length], () => TensorCodec.Quantize(
                TensorType.F32, RandomWeights.Uniform(options.Seed, name, length, middle, reach), length));
    }
}
