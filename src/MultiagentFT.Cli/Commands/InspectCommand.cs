using System.CommandLine;
using MultiagentFT.Cli.Options;
using MultiagentFT.Cli.Rendering;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Cli.Commands;

/// <summary><c>mft inspect</c>: what a file or a run folder holds.</summary>
internal sealed class InspectCommand : MftCommand
{
    private readonly Argument<string> _path = new("path") { Description = "A GGUF model, a LoRA adapter, or a run folder" };
    private readonly Option<bool> _json;
    private readonly Option<bool> _plan;
    private readonly Option<string> _memory;

    public InspectCommand(Terminal terminal)
        : base(
            "inspect",
            "Checks a GGUF model, a LoRA adapter or a run folder and shows what is in it.",
            terminal,
            "mft inspect model.gguf",
            "mft inspect model.gguf --plan --memory 8GiB",
            "mft inspect adapter.gguf --json",
            "mft inspect runs/mine")
    {
        Add(_path);
        _json = Added(TypedOption.Flag("--json", "Print it as JSON"));
        _plan = Added(TypedOption.Flag("--plan", "Print what serving a model and training on it take of memory"));
        _memory = Added(TypedOption.Text("--memory", "With --plan: an amount such as 8GiB, and what fits it", "size"));
    }

    protected override bool StopsAtOnce => true;

    protected override Task ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var path = parsed.GetValue(_path)!;
        var asJson = parsed.GetValue(_json);
        if (!parsed.GetValue(_plan)) IgnoredOptions.Refuse(parsed, _plan.Name, _memory.Name);
        IgnoredOptions.RefuseBoth(parsed, _plan.Name, _json.Name);
        if (parsed.GetValue(_plan)) Plan(path, parsed.GetValue(_memory) ?? "");
        else if (Directory.Exists(path)) InspectRun(path, asJson);
        else if (IsAdapter(path)) InspectAdapter(path, asJson);
        else InspectModel(path, asJson);
        return Task.CompletedTask;
    }

    private static bool IsAdapter(string path)
    {
        using var file = GgufFile.Open(path);
        return file.Metadata.TryGetString("general.type", out var type) && type == "adapter";
    }

    private void InspectModel(string path, bool asJson)
    {
        using var model = ModelFile.Open(path);
        if (asJson) Terminal.WriteJson(GgufContent.Of(model));
        else GgufTables.Write(Terminal.Results, model);
    }

    private void Plan(string path, string memory)
    {
        using var model = ModelFile.Open(path);
        PlanTable.Write(Terminal.Results, model, memory);
    }

    private void InspectAdapter(string path, bool asJson)
    {
        using var adapter = AdapterFile.Open(path);
        if (asJson) Terminal.WriteJson(GgufContent.Of(adapter));
        else GgufTables.Write(Terminal.Results, adapter);
    }

    /// <summary>As models and adapters have it: a kind, a file, and what is in it.</summary>
    private static object RunContent(RunLayout layout, Summary? summary) => new
    {
        kind = "run",
        file = layout.Root,
        finished = summary is not null,
        config = RunConfigFile.Read(layout.Config),
        summary,
    };

    private void InspectRun(string path, bool asJson)
    {
        var layout = new RunLayout(FilePath.Full(path, "path"));
        if (!File.Exists(layout.Config)) throw new InputException(path, null, "a run folder", "a folder without config.json");
        RunFolder.CheckFormat(layout);
        if (File.Exists(layout.Manifest))
        {
            Manifest.Read(layout).Check(layout);
            var summary = Summary.Read(layout);
            if (asJson) Terminal.WriteJson(RunContent(layout, summary));
            else MethodTable.Write(Terminal.Results, summary);
            return;
        }
        var config = RunConfigFile.Read(layout.Config);
        if (asJson) Terminal.WriteJson(RunContent(layout, null));
        else Terminal.Output.WriteLine($"{layout.Root}: not finished; {config.Iterations} iterations on {config.Task}, seed {config.Seed}");
    }
}
