using System.Globalization;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Training.Model;
using MultiagentFT.Training.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Linear = MultiagentFT.Training.Model.Linear;

namespace MultiagentFT.Training.Lora;

/// <summary>
/// The trainable weights of one adapter (LoRA, arXiv 2106.09685): y = W·x + scale·B·(A·x) for each target layer, with
/// <see cref="TrainingOptions.Scale"/>.
/// </summary>
public sealed class LoraWeights : IDisposable
{
    private readonly float _alpha;

    private LoraWeights(float alpha, IReadOnlyList<LoraPair> pairs)
    {
        _alpha = alpha;
        Pairs = pairs;
    }

    public IReadOnlyList<LoraPair> Pairs { get; }

    public IEnumerable<Parameter> Parameters => Pairs.SelectMany(pair => (Parameter[])[pair.A, pair.B]);

    /// <summary>Sees to it that every target is a matrix of a model, or part of one whose other parts are targets too.</summary>
    /// <exception cref="InputException">One is not.</exception>
    public static void RequireTargets(ModelShape shape, TrainingOptions options)
    {
        foreach (var layer in shape.Matrices) _ = IsTarget(layer, shape, options);
    }

    /// <summary>A uniform in ±1/√inputs, B zero: the adapter starts as no change. Draws from libtorch's generator.</summary>
    public static LoraWeights Create(ModelShape shape, TrainingOptions options, Device device) =>
        new(options.ServedAlpha(), [.. Targets(shape, options).Select(target => Pair(
            target.Tensor,
            () => Uniform(options.Rank, target.Inputs),
            () => zeros(target.Outputs, options.Rank),
            device))]);

    /// <summary>Continues from an adapter file.</summary>
    /// <exception cref="InputException">The file's rank or targets are not those of the options.</exception>
    public static LoraWeights Load(AdapterFile file, ModelShape shape, TrainingOptions options, Device device)
    {
        var path = file.File.Path;
        var stored = file.Pairs.ToDictionary(pair => pair.BaseTensor);
        var targets = Targets(shape, options).ToArray();
        foreach (var pair in file.Pairs)
        {
            if (targets.All(target => target.Tensor != pair.BaseTensor))
                throw new InputException(path, pair.BaseTensor, $"a layer of the targets {string.Join(", ", options.Targets)}", "another layer");
            if (pair.Rank != options.Rank)
                throw new InputException(path, pair.BaseTensor, $"rank {options.Rank}, as the options ask", pair.Rank.ToString(CultureInfo.InvariantCulture));
        }
        // B carries the ratio of the two scales, so the function of the adapter is kept.
        var ratio = file.Alpha / options.ServedAlpha();
        return new LoraWeights(options.ServedAlpha(), [.. targets.Select(target =>
        {
            if (!stored.TryGetValue(target.Tensor, out var pair))
                throw new InputException(path, target.Tensor, "a pair for this target", "none");
            return Pair(
                target.Tensor,
                () => tensor(FloatTensors.Read(file.File, pair.A), [options.Rank, target.Inputs]),
                () => Scaled(tensor(FloatTensors.Read(file.File, pair.B), [target.Outputs, options.Rank]), ratio),
                device);
        })]);
    }

    /// <summary>Puts the pairs into the model's layers, and no others.</summary>
    public void Attach(DecoderModel model, TrainingOptions options)
    {
        foreach (var (linear, pair) in Places(model)) linear.Adapter = pair is null ? null : (pair.A, pair.B, options.Scale(), options.Dropout);
    }

    /// <summary>Makes the pairs as they are now the model's reference policy. The caller disposes the copies.</summary>
    public IReadOnlyList<Tensor> Freeze(DecoderModel model, TrainingOptions options)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var frozen = Places(model).Where(place => place.Pair is not null).ToDictionary(
            place => place.Linear,
            place => (A: place.Pair!.A.clone().DetachFromDisposeScope(), B: place.Pair.B.clone().DetachFromDisposeScope(), options.Scale(), 0.0));
        model.Reference = frozen;
        return [.. frozen.Values.SelectMany(pair => (Tensor[])[pair.A, pair.B])];
    }

    private IEnumerable<(Linear Linear, LoraPair? Pair)> Places(DecoderModel model)
    {
        var pairs = Pairs.ToDictionary(pair => pair.BaseTensor);
        for (var block = 0; block < model.Blocks.Count; block++)
        {
            foreach (var layer in model.Shape.Matrices)
                yield return (model.Blocks[block].Linears[layer.Name], pairs.GetValueOrDefault(TensorName(block, layer)));
        }
    }

    /// <summary>Whether no weight is NaN or infinite.</summary>
    public bool AreFinite()
    {
        using var scope = NewDisposeScope();
        return Parameters.All(parameter => Array.TrueForAll(Values(parameter), float.IsFinite));
    }

    /// <summary>Writes a llama.cpp LoRA file.</summary>
    public void Save(string path, ModelFile model, string name) => AdapterWriter.Write(path, model, _alpha, name, [.. Pairs.Select(pair =>
    {
        using var scope = NewDisposeScope();
        return new AdapterPairData(pair.BaseTensor, (int)pair.A.shape[0], Values(pair.A), Values(pair.B));
    })]);

    public void Dispose()
    {
        foreach (var parameter in Parameters) parameter.Dispose();
    }

    private static Tensor Uniform(int rank, int inputs)
    {
        using var pause = CollectionPause.Start();
        return (rand(rank, inputs) * 2 - 1) / Math.Sqrt(inputs);
    }

    private static Tensor Scaled(Tensor values, float factor)
    {
        using var pause = CollectionPause.Start();
        return values * factor;
    }

    private static float[] Values(Tensor tensor) => tensor.detach().cpu().contiguous().data<float>().ToArray();

    private static LoraPair Pair(string tensor, Func<Tensor> a, Func<Tensor> b, Device device)
    {
        using var scope = NewDisposeScope();
        return new LoraPair(
            tensor,
            new Parameter(a().to(device).DetachFromDisposeScope()),
            new Parameter(b().to(device).DetachFromDisposeScope()));
    }

    /// <exception cref="InputException">Some, but not all layers of a matrix are targets.</exception>
    private static IEnumerable<(string Tensor, int Inputs, int Outputs)> Targets(ModelShape shape, TrainingOptions options) =>
        from block in Enumerable.Range(0, shape.Blocks)
        from linear in shape.Matrices
        where IsTarget(linear, shape, options)
        select (TensorName(block, linear), linear.Inputs, linear.Outputs);

    private static bool IsTarget(LinearLayer layer, ModelShape shape, TrainingOptions options)
    {
        var left = layer.Targets.Where(target => !options.Targets.Contains(target)).ToList();
        if (left.Count > 0 && left.Count < layer.Targets.Count)
            throw new InputException("targets", null, $"{string.Join(", ", layer.Targets)} together or none of them, as {shape.Architecture} has them in one matrix", string.Join(", ", options.Targets));
        return left.Count == 0;
    }

    private static string TensorName(int block, LinearLayer layer) => $"blk.{block}.{layer.Name}.weight";
}
