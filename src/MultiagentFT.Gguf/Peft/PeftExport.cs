using System.Text.Json;
using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf;

/// <summary>Writes a LoRA adapter in PEFT's form: <c>adapter_model.safetensors</c> in F32 and, last, <c>adapter_config.json</c>.</summary>
public static class PeftExport
{
    /// <param name="adapter">Of that base, with pairs of linear layers alone.</param>
    /// <param name="model">The base.</param>
    /// <param name="folder">Is made; empty if it is there.</param>
    /// <param name="baseModel">What the base is called in the configuration: an id of Hugging Face's hub, or a path.</param>
    /// <exception cref="InputException">The adapter is of another base, has pairs that PEFT's form has not, or the folder holds something. Nothing is written.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Run(AdapterFile adapter, ModelFile model, string folder, string baseModel)
    {
        adapter.RequireBase(model);
        var architecture = PeftAdapter.RequireArchitecture(model);
        var pairs = adapter.Pairs.Select(pair => (Pair: pair, Module: Module(adapter, pair, architecture)))
            .OrderBy(pair => pair.Module.Path, StringComparer.Ordinal).ToList();
        if (File.Exists(folder)) throw new InputException(folder, null, "a folder", "a file");
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()) throw new InputException(folder, null, "a new or an empty folder", "one that holds something");
        var metadata = new Dictionary<string, string> { ["format"] = "pt", [PeftAdapter.FingerprintKey] = model.Fingerprint };
        SafetensorsWriter.Write(Path.Combine(folder, PeftAdapter.WeightsName), metadata, [.. pairs.SelectMany(pair => Factors(adapter, model, pair.Pair, pair.Module))]);
        AtomicFile.WriteText(Path.Combine(folder, PeftConfig.FileName), Config(adapter, model, pairs, baseModel));
    }

    private static PeftModule Module(AdapterFile adapter, AdapterPair pair, ModelArchitecture architecture) => pair.IsEmbedding
        ? throw new InputException(adapter.File.Path, pair.BaseTensor, "pairs of linear layers alone", "one of the embedding")
        : PeftModule.OfTensor(adapter.File.Path, pair.BaseTensor, architecture.IsFused);

    private static IEnumerable<(string Name, IReadOnlyList<long> Shape, Func<float[]> Values)> Factors(AdapterFile adapter, ModelFile model, AdapterPair pair, PeftModule module)
    {
        yield return (module.FactorName('A'), [pair.Rank, pair.InputLength], () => FloatTensors.Read(adapter.File, pair.A));
        yield return (module.FactorName('B'), [pair.OutputLength, pair.Rank], () => FloatTensors.Read(adapter.File, pair.B) is var b && module.IsRotated && !model.Shape.RotatesHalves
            ? RotaryRows.ToHalves(b, model.Shape.HeadLength, pair.Rank)
            : b);
    }

    /// <summary>Keys as PEFT 0.18 reads them; those with its defaults are left out but for the ones that say what the adapter is not.</summary>
    private static string Config(AdapterFile adapter, ModelFile model, List<(AdapterPair Pair, PeftModule Module)> pairs, string baseModel)
    {
        var rank = pairs.CountBy(pair => pair.Pair.Rank).MaxBy(count => count.Value).Key;
        // A name alone stands for the layer of every block.
        var targets = pairs.GroupBy(pair => pair.Module.Name).SelectMany(group =>
            group.Count() == model.Shape.Blocks || group.Key == group.First().Module.Path ? [group.Key] : group.Select(pair => pair.Module.Path));
        return JsonSerializer.Serialize(
            new Dictionary<string, object?>
            {
                ["peft_type"] = "LORA",
                ["task_type"] = "CAUSAL_LM",
                ["base_model_name_or_path"] = baseModel,
                ["r"] = rank,
                // Every scale is alpha / rank: an rsLoRA's alpha has √rank in it already.
                ["lora_alpha"] = adapter.Alpha,
                ["use_rslora"] = false,
                ["target_modules"] = targets.Order(StringComparer.Ordinal).ToList(),
                ["rank_pattern"] = pairs.Where(pair => pair.Pair.Rank != rank).ToDictionary(pair => pair.Module.Path, pair => pair.Pair.Rank),
                ["alpha_pattern"] = new Dictionary<string, double>(),
                ["bias"] = "none",
                ["fan_in_fan_out"] = false,
                ["use_dora"] = false,
                ["modules_to_save"] = null,
                ["lora_dropout"] = 0.0,
                ["inference_mode"] = true,
            },
            JsonFormats.Indented);
    }
}
