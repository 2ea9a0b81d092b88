using MultiagentFT.Gguf;
using MultiagentFT.Training.Model;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MultiagentFT.Training.Pretraining;

/// <summary>Fresh weights: matrices from N(0, 0.02²), those that write to the residual stream scaled by 1/√(2·blocks), norms 1.</summary>
public static class WeightInitializer
{
    private const float Deviation = 0.02f;
    private const string Embeddings = "token_embd.weight";

    public static DecoderWeights Create(ModelShape shape)
    {
        var tensors = new Dictionary<string, Tensor> { [Embeddings] = Matrix(shape.Vocabulary, shape.Embedding, Deviation) };
        var residual = Deviation / MathF.Sqrt(2 * shape.Blocks);
        for (var block = 0; block < shape.Blocks; block++)
        {
            var prefix = $"blk.{block}.";
            tensors[prefix + "attn_norm.weight"] = Ones(shape.Embedding);
            tensors[prefix + "ffn_norm.weight"] = Ones(shape.Embedding);
            foreach (var (targets, name, inputs, outputs) in shape.Matrices)
                tensors[$"{prefix}{name}.weight"] = Matrix(outputs, inputs, targets is ["o"] or ["down"] ? residual : Deviation);
        }
        tensors["output_norm.weight"] = Ones(shape.Embedding);
        return new DecoderWeights(shape, tensors);
    }

    /// <summary>The weights of a model file, in float32, for its vocabulary or a longer one: the embedding of a new token is the mean of those that spelled it.</summary>
    /// <param name="model">A model with tied embeddings, as <see cref="ModelExporter"/> writes them.</param>
    /// <param name="spelling">For each token the ids that spell it in the model's vocabulary, at least one (<see cref="Vocabulary.SpelledIn"/>).</param>
    public static DecoderWeights Of(ModelFile model, IReadOnlyList<IReadOnlyList<int>> spelling)
    {
        using var loaded = ModelLoader.Load(model, bfloat16: false, CPU);
        return new DecoderWeights(loaded.Shape with { Vocabulary = spelling.Count }, loaded.Tensors.ToDictionary(
            pair => pair.Key, pair => (Tensor)new Parameter(pair.Key == Embeddings ? Means(pair.Value, spelling) : pair.Value.clone())));
    }

    private static Tensor Means(Tensor rows, IReadOnlyList<IReadOnlyList<int>> spelling)
    {
        using var scope = NewDisposeScope();
        return stack(spelling.Select(ids => rows[tensor(ids.Select(id => (long)id).ToArray())].mean([0]))).DetachFromDisposeScope();
    }

    private static Tensor Matrix(int rows, int columns, float deviation)
    {
        using var scope = NewDisposeScope();
        return new Parameter((randn(rows, columns) * deviation).DetachFromDisposeScope());
    }

    private static Tensor Ones(int length) => new Parameter(ones(length).DetachFromDisposeScope());
}
