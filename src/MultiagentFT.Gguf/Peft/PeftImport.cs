using System.Globalization;
using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf;

/// <summary>Reads a LoRA adapter in PEFT's form and writes it as llama.cpp's GGUF, with the keys that tie it to its base.</summary>
public static class PeftImport
{
    /// <param name="folder">Has <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.</param>
    /// <param name="model">The base.</param>
    /// <param name="output">The new file; its factors are F32, equal to the folder's in value.</param>
    /// <param name="name">Its <c>general.name</c>.</param>
    /// <returns>What the adapter's author calls its base; null where the folder does not say.</returns>
    /// <exception cref="InputException">
    /// The folder is no sound LoRA adapter, not one of this base, or does more than W + scale·B·A for linear layers. Nothing is written.
    /// </exception>
    public static string? Run(string folder, ModelFile model, string output, string name)
    {
        _ = PeftAdapter.RequireArchitecture(model);
        if (!Directory.Exists(folder)) throw new InputException(folder, null, $"a folder with {PeftConfig.FileName} and {PeftAdapter.WeightsName}", "no such folder");
        var config = PeftConfig.Read(Path.Combine(folder, PeftConfig.FileName));
        var path = Path.Combine(folder, PeftAdapter.WeightsName);
        if (!File.Exists(path) && File.Exists(Path.Combine(folder, PeftAdapter.PickleName)))
            throw new InputException(folder, null, PeftAdapter.WeightsName, $"{PeftAdapter.PickleName} alone, a pickle, which is not read");
        using var file = SafetensorsFile.Open(path);
        if (file.Metadata.TryGetValue(PeftAdapter.FingerprintKey, out var fingerprint) && fingerprint != model.Fingerprint)
            throw new InputException(path, PeftAdapter.FingerprintKey, $"{model.Fingerprint}, of {model.File.Path}", fingerprint);
        var (modules, factors) = Modules(file, config);
        // One alpha stands for all pairs: that of the first; where another pair's scale is not alpha / rank, its B carries the rest.
        var alpha = (float)(config.ScaleOf(modules[0]) * config.RankOf(modules[0]));
        if (!float.IsFinite(alpha) || alpha == 0) throw new InputException(path, "lora_alpha", "a scale that float32 holds", alpha.ToString(CultureInfo.InvariantCulture));
        AdapterWriter.Write(output, model, alpha, name, [.. modules.Select(module => Pair(new Factors(file, factors), config, model, module, alpha))]);
        return config.BaseModel;
    }

    private static (List<PeftModule> Modules, Dictionary<(string BaseTensor, char Factor), SafetensorsTensor> Factors) Modules(SafetensorsFile file, PeftConfig config)
    {
        var modules = new Dictionary<string, PeftModule>(StringComparer.Ordinal);
        var factors = new Dictionary<(string BaseTensor, char Factor), SafetensorsTensor>();
        foreach (var tensor in file.Tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal))
        {
            var (module, factor) = PeftModule.OfFactor(file.Path, tensor.Name);
            if (!factors.TryAdd((module.BaseTensor, factor), tensor)) throw new InputException(file.Path, tensor.Name, "each factor of a layer once", "another of the same");
            if (!config.IsTarget(module)) throw new InputException(file.Path, tensor.Name, $"a layer of target_modules ({string.Join(", ", config.Targets!)})", "another");
            modules.TryAdd(module.BaseTensor, module);
        }
        foreach (var module in modules.Values)
        {
            foreach (var factor in "AB")
            {
                if (!factors.ContainsKey((module.BaseTensor, factor)))
                    throw new InputException(file.Path, module.FactorName(factor), "both factors of the layer", $"lora_{(factor == 'A' ? 'B' : 'A')} alone");
            }
        }
        return ([.. modules.Values], factors);
    }

    private static AdapterPairData Pair(Factors factors, PeftConfig config, ModelFile model, PeftModule module, float alpha)
    {
        var (name, path) = (module.FactorName('A'), factors.File.Path);
        if (!model.File.TryGetTensor(module.BaseTensor, out var tensor))
            throw new InputException(path, name, $"a layer that {model.File.Path} has", $"one of {module.BaseTensor}, which it has not");
        var rank = config.RankOf(module);
        var (a, squaresA) = factors.Read(module, 'A', [rank, tensor.Shape[0]], $"{rank} rows, the rank by {PeftConfig.FileName}, of {tensor.Shape[0]} values, the inputs in {model.File.Path}");
        var (b, squaresB) = factors.Read(module, 'B', [tensor.Shape[1], rank], $"{tensor.Shape[1]} rows, the outputs in {model.File.Path}, of {rank} values, the rank by {PeftConfig.FileName}");
        if (module.IsRotated && !model.Shape.RotatesHalves) b = RotaryRows.ToNeighbours(b, model.Shape.HeadLength, rank);
        var own = (float)(config.ScaleOf(module) * rank);
        if (own != alpha)
        {
            for (var i = 0; i < b.Length; i++) b[i] *= own / alpha;
        }
        AdapterPairs.RequireChange(path, name, own / rank, squaresA, squaresB);
        return new AdapterPairData(module.BaseTensor, rank, a, b);
    }

    private sealed record Factors(SafetensorsFile File, Dictionary<(string BaseTensor, char Factor), SafetensorsTensor> Tensors)
    {
        /// <returns>Its values, and the sum of their squares.</returns>
        /// <exception cref="InputException">The factor is of another shape, or a value is not finite.</exception>
        public (float[] Values, double Squares) Read(PeftModule module, char factor, long[] shape, string expected)
        {
            var tensor = Tensors[(module.BaseTensor, factor)];
            if (!tensor.Shape.SequenceEqual(shape)) throw new InputException(File.Path, tensor.Name, expected, tensor.ShapeText);
            var values = File.Read(tensor);
            var squares = 0.0;
            for (var i = 0; i < values.Length; i++)
            {
                if (!float.IsFinite(values[i])) throw new InputException(File.Path, $"{tensor.Name}[{i}]", "a finite number", $"{values[i]}");
                squares += (double)values[i] * values[i];
            }
            return (values, squares);
        }
    }
}
