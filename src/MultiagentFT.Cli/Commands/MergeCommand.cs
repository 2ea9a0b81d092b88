using System.CommandLine;
using MultiagentFT.Cli.Options;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Serving;
using MultiagentFT.Training.Merging;

namespace MultiagentFT.Cli.Commands;

/// <summary><c>mft merge</c>: base and adapter as one model.</summary>
internal sealed class MergeCommand : MftCommand
{
    private const string Same = "same";

    private readonly Option<string> _model;
    private readonly Option<string> _adapter;
    private readonly Option<string> _output;
    private readonly Option<string> _type;
    private readonly Option<bool> _json;

    public MergeCommand(Terminal terminal)
        : base(
            "merge",
            "Writes a base model with an adapter folded into its weights, as a GGUF file of its own.",
            terminal,
            "mft merge --adapter generator-1.gguf --output merged.gguf",
            "mft merge --model model.gguf --adapter a.gguf --output merged.gguf --type f16")
    {
        _model = Added(TypedOption.Text("--model", "GGUF file of the base model [default: the embedded one]", "file"));
        _adapter = Added(TypedOption.Text("--adapter", "LoRA file of that base", "file"));
        _adapter.Required = true;
        _output = Added(TypedOption.Text("--output", "The new model", "file"));
        _output.Required = true;
        _type = Added(TypedOption.Text("--type", "Type of the matrices [default: same, each as in the base]", "f16|f32|q8_0|q4_0|same"));
        _json = Added(TypedOption.Flag("--json", "Print what was written as JSON"));
    }

    protected override Task ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var type = TypeOf(parsed.GetValue(_type) ?? Same);
        var path = EmbeddedModel.Or(parsed.GetValue(_model) ?? "");
        var output = Path.GetFullPath(parsed.GetValue(_output)!);
        foreach (var input in (string[])[path, parsed.GetValue(_adapter)!])
        {
            if (Path.GetFullPath(input) == output)
                throw new InputException("--output", null, "another file than the ones that are merged", input);
        }
        using (var model = ModelFile.Open(path))
        using (var adapter = AdapterFile.Open(parsed.GetValue(_adapter)!))
            AdapterMerger.Merge(model, adapter, output, type);
        Report(output, parsed.GetValue(_json));
        return Task.CompletedTask;
    }

    private static TensorType? TypeOf(string name)
    {
        if (name == Same) return null;
        if (TensorTypes.TryParse(name, out var type) && AdapterMerger.FileTypes.ContainsKey(type)) return type;
        throw new InputException("--type", null, "f16, f32, q8_0, q4_0 or same", name);
    }

    /// <summary>Reads the new file back: what was written is a whole model.</summary>
    private void Report(string output, bool asJson)
    {
        using var merged = ModelFile.Open(output);
        if (asJson) Terminal.WriteJson(new { file = output, merged.Name, merged.Parameters, merged.WeightBytes, merged.Fingerprint });
        else Terminal.Output.WriteLine($"{output}: {merged.Name}, {merged.Parameters:#,0} weights, {merged.WeightBytes:#,0} bytes");
    }
}
