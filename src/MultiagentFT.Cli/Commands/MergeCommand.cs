using System.CommandLine;
using System.Globalization;
using MultiagentFT.Cli.Options;
using MultiagentFT.Cli.Setup;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Serving;
using MultiagentFT.Training.Merging;

namespace MultiagentFT.Cli.Commands;

/// <summary><c>mft merge</c>: base and adapter as one model.</summary>
internal sealed class MergeCommand : MftCommand
{
    private const string Same = "same";

    private static readonly string Names = string.Join(", ", AdapterMerger.FileTypes.Keys.Select(TensorTypes.Name));

    /// <summary>Below it the merged model answers otherwise than the adapted one.</summary>
    private const double LeastSurvived = 0.9;

    private readonly Option<string> _model;
    private readonly Option<string> _adapter;
    private readonly Option<string> _output;
    private readonly Option<string> _type;
    private readonly Option<string> _partSize;
    private readonly Option<bool> _json;

    public MergeCommand(Terminal terminal)
        : base(
            "merge",
            "Writes a base model with an adapter folded into its weights, as a GGUF file of its own.",
            terminal,
            "mft merge --adapter generator-1.gguf --output merged.gguf",
            "mft merge --model model.gguf --adapter a.gguf --output merged.gguf --type f16",
            "mft merge --model model-00001-of-00003.gguf --adapter a.gguf --output merged.gguf --part-size 4GiB")
    {
        _model = Added(TypedOption.Text("--model", "GGUF file of the base model, or the first of a model in parts, or arithmetic-3m or families-3m [default: arithmetic-3m, the embedded one]", "file"));
        _adapter = Added(TypedOption.Text("--adapter", "LoRA file of that base, or a folder of PEFT", "file"));
        _adapter.Required = true;
        _output = Added(TypedOption.Text("--output", "The new model", "file"));
        _output.Required = true;
        _type = Added(TypedOption.Text("--type", $"Type of the matrices: {Names} or same [default: same, each as in the base]", "type"));
        _partSize = Added(TypedOption.Text("--part-size", "Write a larger model in parts of at most this, OUTPUT-00001-of-0000N.gguf [default: one file]", "size"));
        _json = Added(TypedOption.Flag("--json", "Print what was written as JSON"));
    }

    protected override Task ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var type = TypeOf(parsed.GetValue(_type) ?? Same);
        var partBytes = PartBytes(parsed.GetValue(_partSize));
        var path = EmbeddedModel.Or(parsed.GetValue(_model) ?? "");
        var output = OutputPath.RequireFile(parsed.GetValue(_output)!, "--output");
        if (partBytes is not null && GgufFile.IsPartOf(path, output)) throw new InputException("--output", null, "another name than that of the model that is merged", output);
        var adapter = AdapterPath.Resolve(parsed.GetValue(_adapter)!, path);
        foreach (var input in (string[])[path, adapter])
        {
            if (Path.GetFullPath(input) == output)
                throw new InputException("--output", null, "another file than the ones that are merged", input);
        }
        Report(Merge(path, adapter, output, type, partBytes, cancellation), parsed.GetValue(_json));
        return Task.CompletedTask;
    }

    private static MergeResult Merge(string path, string adapterPath, string output, TensorType? type, long? partBytes, CancellationToken cancellation)
    {
        using var model = ModelFile.Open(path);
        using var adapter = AdapterFile.Open(adapterPath);
        adapter.RequireBase(model);
        WeightCheck.Run(model);
        return AdapterMerger.Merge(model, adapter, output, type, partBytes, cancellation);
    }

    private static long? PartBytes(string? size)
    {
        if (size is null) return null;
        return ByteSize.TryParse(size, out var bytes) && bytes > 0 ? bytes : throw new InputException("--part-size", null, ByteSize.Expected, size);
    }

    private static TensorType? TypeOf(string name)
    {
        if (name == Same) return null;
        if (TensorTypes.TryParse(name, out var type) && AdapterMerger.FileTypes.ContainsKey(type)) return type;
        throw new InputException("--type", null, $"{Names} or same", name);
    }

    /// <summary>Reads the new file back: what was written is a whole model.</summary>
    private void Report(MergeResult result, bool asJson)
    {
        var output = result.Files[0];
        using var merged = ModelFile.Open(output);
        var survived = Math.Round(result.Survived, 4);
        if (asJson)
            Terminal.WriteJson(new { file = output, merged.Name, merged.Parameters, merged.WeightBytes, merged.Fingerprint, survived, keptAsF16 = result.Kept, files = result.Files });
        else
            Terminal.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{output}: {merged.Name}, {merged.Parameters:#,0} weights, {merged.WeightBytes:#,0} bytes{(result.Files.Count > 1 ? $" in {result.Files.Count} files" : "")}, {100 * survived:0.#} % of the adapter's change"));
        if (result.Kept.Count > 0)
            Terminal.Error.WriteLine($"mft: {result.Kept.Count} tensors whose rows do not fill blocks of the type are f16, such as {result.Kept[0]}");
        if (survived < LeastSurvived)
            Terminal.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"mft: warning: rounding to the type of the matrices has left {100 * survived:0.#} % of the adapter's change; --type f16 keeps it"));
    }
}
