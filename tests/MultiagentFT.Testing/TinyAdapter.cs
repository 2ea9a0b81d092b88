using MultiagentFT.Gguf;
using MultiagentFT.Native.Tensors;

namespace MultiagentFT.Testing;

/// <summary>Writes random LoRA adapters in llama.cpp's format, fit for a given model.</summary>
public static class TinyAdapter
{
    /// <returns><paramref name="path"/>.</returns>
    public static string Write(string path, string modelPath, TinyAdapterOptions? options = null)
    {
        options ??= new TinyAdapterOptions();
        using var model = GgufFile.Open(modelPath);
        var metadata = new GgufMetadata();
        metadata.Set("general.architecture", model.Metadata.RequireString("general.architecture"));
        metadata.Set("general.type", "adapter");
        metadata.Set("adapter.type", "lora");
        metadata.Set("adapter.lora.alpha", options.Alpha);
        var targets = model.Tensors.Where(
            tensor => options.Targets.Any(target => tensor.Name.EndsWith($".{target}.weight", StringComparison.Ordinal)));
        var extra = options.WithEmbedding ? Embedding(model.RequireTensor("token_embd.weight"), options) : [];
        GgufWriter.Write(path, metadata, [.. targets.SelectMany(tensor => Pair(tensor, options)), .. extra]);
        return path;
    }

    private static IEnumerable<TensorSource> Pair(TensorInfo tensor, TinyAdapterOptions options)
    {
        var (input, output) = (tensor.Shape[0], tensor.Shape[1]);
        yield return Factor(tensor.Name + ".lora_a", input, options.Rank, 1 / MathF.Sqrt(input), options);
        yield return Factor(tensor.Name + ".lora_b", options.Rank, output, options.Reach, options);
    }

    /// <summary>The factors of the look-up are the other way round.</summary>
    private static IEnumerable<TensorSource> Embedding(TensorInfo tensor, TinyAdapterOptions options)
    {
        yield return Factor(tensor.Name + ".lora_a", options.Rank, tensor.Shape[1], 1, options);
        yield return Factor(tensor.Name + ".lora_b", options.Rank, tensor.Shape[0], options.Reach, options);
    }

    private static TensorSource Factor(string name, long rowLength, long rows, float reach, TinyAdapterOptions options)
    {
        var type = rowLength % TensorTypes.BlockSize(options.Type) == 0 ? options.Type : TensorType.F32;
        return new(name, type, [rowLength, rows], () => TensorCodec.Quantize(
            type, RandomWeights.Uniform(options.Seed, name, rowLength * rows, 0, reach), rowLength));
    }
}
