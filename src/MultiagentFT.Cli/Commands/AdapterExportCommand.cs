using System.CommandLine;
using MultiagentFT.Cli.Options;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Serving;

namespace MultiagentFT.Cli.Commands;

/// <summary><c>mft adapter export</c>: llama.cpp's form made PEFT's.</summary>
internal sealed class AdapterExportCommand : MftCommand
{
    private readonly Argument<string> _adapter = new("adapter") { Description = "A LoRA file (GGUF)" };
    private readonly Option<string> _model;
    private readonly Option<string> _output;
    private readonly Option<string> _baseModel;
    private readonly Option<bool> _json;

    public AdapterExportCommand(Terminal terminal)
        : base(
            "export",
            "Writes an adapter as PEFT has it: adapter_model.safetensors and adapter_config.json in a folder.",
            terminal,
            "mft adapter export generator-1.gguf --model model.gguf --output generator-1 --base-model Qwen/Qwen3-0.6B")
    {
        Add(_adapter);
        _model = Added(TypedOption.Text("--model", "GGUF file of the base model, or arithmetic-3m or families-3m [default: arithmetic-3m, the embedded one]", TypedOption.File));
        _output = Added(TypedOption.Text("--output", "A new folder", TypedOption.Folder));
        _output.Required = true;
        _baseModel = Added(TypedOption.Text("--base-model", "What PEFT loads as the base: an id of Hugging Face's hub, or a path [default: the name in the GGUF file]", "name"));
        _json = Added(TypedOption.Flag("--json", "Print what was written as JSON"));
    }

    protected override bool StopsAtOnce => true;

    protected override Task ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var path = EmbeddedModel.Or(parsed.GetValue(_model) ?? "");
        var output = OutputPath.RequireFolder(parsed.GetValue(_output)!, _output.Name);
        using var model = ModelFile.Open(path);
        using var adapter = AdapterFile.Open(parsed.GetValue(_adapter)!);
        var baseModel = parsed.GetValue(_baseModel) is { Length: > 0 } given ? given : model.Name;
        PeftExport.Run(adapter, model, output, baseModel);
        if (parsed.GetValue(_json)) Terminal.WriteJson(new { folder = output, pairs = adapter.Pairs.Count, adapter.Alpha, baseModel });
        else Terminal.Output.WriteLine($"{output}: {adapter.Pairs.Count} pairs for {Printable.Line(baseModel)}");
        return Task.CompletedTask;
    }
}
