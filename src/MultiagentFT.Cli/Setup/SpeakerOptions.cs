using System.CommandLine;
using MultiagentFT.Cli.Options;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;
using MultiagentFT.Remote;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Serving;

namespace MultiagentFT.Cli.Setup;

/// <summary>The options that say who answers: a saved society, single adapters, or the base model.</summary>
internal sealed class SpeakerOptions
{
    private readonly Settings<DebateConfig> _settings = DebateConfigSettings.Create();
    private readonly Settings<AnsweringConfig>? _problems;
    private readonly Option<string[]>? _adapters;
    private readonly ConfigOptions _config;
    private readonly KeyOption? _key;
    private readonly Terminal _terminal;

    private readonly Option<string> _society =
        TypedOption.Text("--society", "Run folder whose newest society answers, with its model, prompts and debate", "folder");

    /// <param name="command">Gets the options.</param>
    /// <param name="terminal">Told what is decided about the engine.</param>
    /// <param name="problems">More options, of a command that draws problems.</param>
    /// <param name="takesAdapters">Whether single adapters can answer.</param>
    /// <param name="takesRemote">Whether remote models can answer.</param>
    public SpeakerOptions(
        Command command, Terminal terminal, Settings<AnsweringConfig>? problems = null, bool takesAdapters = false, bool takesRemote = true)
    {
        (_terminal, _problems) = (terminal, problems);
        command.Add(_society);
        if (takesAdapters)
        {
            _adapters = TypedOption.Files(
                "--adapter", $"LoRA files, folders of PEFT, or references to remote models ({RemoteWeights.Extension}): one for all, or one a generator, then one a critic");
            command.Add(_adapters);
        }
        _config = new ConfigOptions(
            command,
            terminal,
            parsed => _problems is null ? RunConfigFile.ToJson<DebateConfig>(Config(parsed, Saved(parsed))) : RunConfigFile.ToJson(Config(parsed, Saved(parsed))),
            problems is null ? RunConfigFile.Schema<DebateConfig> : RunConfigFile.Schema<AnsweringConfig>);
        _settings.AddTo(command);
        if (takesRemote) _key = new KeyOption(command);
        _problems?.AddTo(command);
    }

    /// <summary>The run whose society answers; null where it is another.</summary>
    public string? Run(ParseResult parsed) => parsed.GetValue(_society);

    /// <summary>Who answers one question.</summary>
    /// <exception cref="InputException">Options contradict each other, or there is no such society.</exception>
    public SocietyOptions Read(ParseResult parsed)
    {
        var saved = Saved(parsed);
        return Read(parsed, saved, Config(parsed, saved));
    }

    /// <summary>Who answers problems that are drawn.</summary>
    /// <exception cref="InputException">Options contradict each other or are out of range, or there is no such society.</exception>
    public Speakers ReadWithProblems(ParseResult parsed)
    {
        var saved = Saved(parsed);
        var config = Config(parsed, saved);
        var options = Read(parsed, saved, config);
        config = config with { Model = options.Model };
        RunConfigFile.Check("options", config);
        return new Speakers(config, saved?.Iteration ?? 0, options);
    }

    private SavedSociety? Saved(ParseResult parsed) => parsed.GetValue(_society) is { } folder ? SavedSociety.Latest(folder) : null;

    /// <summary>The society's settings or the defaults, then those of a file, then those of the command line.</summary>
    private AnsweringConfig Config(ParseResult parsed, SavedSociety? saved)
    {
        var defaults = saved is null ? new AnsweringConfig() : saved.Config with { Model = SocietyOptions.Of(saved).Model };
        var config = _problems is null ? WithDebate(defaults, _config.Read<DebateConfig>(parsed, defaults)) : _config.Read<AnsweringConfig>(parsed, defaults);
        config = (AnsweringConfig)_settings.Apply(config, parsed);
        return _problems?.Apply(config, parsed) ?? config;
    }

    private static AnsweringConfig WithDebate(AnsweringConfig config, DebateConfig debate) => config with
    {
        Model = debate.Model,
        Seed = debate.Seed,
        Grading = debate.Grading,
        Debate = debate.Debate,
        Prompts = debate.Prompts,
        Engine = debate.Engine,
        Remote = debate.Remote,
    };

    private SocietyOptions Read(ParseResult parsed, SavedSociety? saved, DebateConfig config)
    {
        var files = _adapters is null ? [] : parsed.GetValue(_adapters) ?? [];
        if (saved is not null && files.Length > 0) throw new InputException("options", null, "--society or --adapter", "both");
        var options = (saved is null ? new SocietyOptions("") : SocietyOptions.Of(saved)) with
        {
            Model = EmbeddedModel.Or(config.Model),
            Seed = config.Seed,
            Grading = config.Grading,
            Debate = config.Debate,
            Prompts = config.Prompts,
            Engine = config.Engine,
            Remote = config.Remote,
            Log = _terminal.Error.WriteLine,
        };
        if (files.Length > 0) options = options.WithAdapters([.. files.Select(file => AdapterPath.Resolve(file, options.Model))]);
        var usesRemote = RemoteModel.IsRemote(options.Model) || options.Adapters.Any(adapter => RemoteWeights.IsReference(adapter.File));
        var isGiven = IgnoredOptions.IsGiven(parsed, RemoteSettings.BaseUrl) || _config.Has(parsed, "remote");
        if (_key is null)
            return usesRemote ? throw new InputException("--model", null, "a model that this process serves", $"a remote one: {options.Model}") : options;
        return options with { Key = _key.Read(parsed, usesRemote, options.Remote.BaseUrl, isGiven) };
    }
}
