using System.CommandLine;
using MultiagentFT.Cli.Options;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Serving;

namespace MultiagentFT.Cli.Setup;

/// <summary>The options that say who answers: a saved society, single adapters, or the base model.</summary>
internal sealed class SpeakerOptions
{
    private readonly Settings<RunConfig> _settings;
    private readonly Option<string[]>? _adapters;

    private readonly Option<string> _society =
        TypedOption.Text("--society", "Run folder whose newest society answers, with its model, prompts and debate", "folder");

    public SpeakerOptions(Command command, Settings<RunConfig> settings, bool takesAdapters = false)
    {
        command.Add(_society);
        if (takesAdapters)
        {
            _adapters = TypedOption.Texts("--adapter", "LoRA files: one for all, or one a generator, then one a critic", "file");
            command.Add(_adapters);
        }
        _settings = settings.AddTo(command);
    }

    /// <exception cref="InputException">Options contradict each other or are out of range, or there is no such society.</exception>
    public Speakers Read(ParseResult parsed)
    {
        var files = _adapters is null ? [] : parsed.GetValue(_adapters) ?? [];
        var saved = parsed.GetValue(_society) is { } folder ? SavedSociety.Latest(folder) : null;
        if (saved is not null && files.Length > 0) throw new InputException("options", null, "--society or --adapter", "both");
        var start = saved is null
            ? new RunConfig()
            : saved.Config with { Model = EmbeddedModel.Find(saved.Model, EmbeddedModel.Path) };
        var config = _settings.Apply(start, parsed);
        config = config with { Model = EmbeddedModel.Or(config.Model) };
        RunConfigFile.Check("options", config);
        return saved is not null ? Speakers.OfSociety(config, saved)
            : files.Length > 0 ? Speakers.OfFiles(config, files)
            : Speakers.OfBase(config);
    }
}
