using System.CommandLine;
using MultiagentFT.Cli.Options;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Serving;

namespace MultiagentFT.Cli.Commands;

/// <summary><c>mft adapter import</c>: PEFT's form made llama.cpp's.</summary>
internal sealed class AdapterImportCommand : MftCommand
{
    private readonly Argument<string> _folder = new("folder") { Description = "A LoRA adapter in PEFT's form: adapter_config.json and adapter_model.safetensors" };
    private readonly Option<string> _model;
    private readonly Option<string> _output;
    private readonly Option<bool> _json;

    public AdapterImportCommand(Terminal terminal)
        : base(
            "import",
            "Makes a llama.cpp LoRA file of an adapter that PEFT has written. What does not fit the base, or does more than LoRA on linear layers, is refused.",
            terminal,
            "mft adapter import my-lora --model model.gguf --output my-lora.gguf")
    {
        Add(_folder);
        _model = Added(TypedOption.Text("--model", "GGUF file of the base model, or arithmetic-3m or families-3m [default: arithmetic-3m, the embedded one]", TypedOption.File));
        _output = Added(TypedOption.Text("--output", "The new adapter", TypedOption.File));
        _output.Required = true;
        _json = Added(TypedOption.Flag("--json", "Print what was written as JSON"));
    }

    protected override bool StopsAtOnce => true;

    protected override Task ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var folder = FilePath.Full(parsed.GetValue(_folder)!, "folder");
        var path = EmbeddedModel.Or(parsed.GetValue(_model) ?? "");
        var output = OutputPath.RequireFile(parsed.GetValue(_output)!, _output.Name);
        if (Path.GetFullPath(path) == output) throw new InputException(_output.Name, null, "another file than the base", path);
        using var model = ModelFile.Open(path);
        var trainedOn = PeftImport.Run(folder, model, output, Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)));
        using var adapter = AdapterFile.Open(output);
        adapter.RequireBase(model);
        if (parsed.GetValue(_json)) Terminal.WriteJson(new { file = output, pairs = adapter.Pairs.Count, adapter.Alpha, baseModel = model.Name, trainedOn });
        else Terminal.Output.WriteLine($"{output}: {adapter.Pairs.Count} pairs for {Printable.Line(model.Name)}, trained on {Printable.Line(trainedOn ?? "a model without a name")}");
        return Task.CompletedTask;
    }
}
