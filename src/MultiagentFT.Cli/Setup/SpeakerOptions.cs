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
    private readonly Settings<DebateConfig> _settings = DebateConfigSettings.Create();
    private readonly Settings<AnsweringConfig>? _problems;
    private readonly Option<string[]>? _adapters;
    private readonly Terminal _terminal;

    private readonly Option<string> _society =
        TypedOption.Text("--society", "Run folder whose newest society answers, with its model, prompts and debate", "folder");

    /// <param name="command">Gets the options.</param>
    /// <param name="terminal">Told what is decided about the engine.</param>
    /// <param name="problems">More options, of a command that draws problems.</param>
    /// <param name="takesAdapters">Whether single adapters can answer.</param>
    public SpeakerOptions(Command command, Terminal terminal, Settings<AnsweringConfig>? problems = null, bool takesAdapters = false)
    {
        (_terminal, _problems) = (terminal, problems);
        command.Add(_society);
        if (takesAdapters)
        {
            _adapters = TypedOption.Texts("--adapter", "LoRA files: one for all, or one a generator, then one a critic", "file");
            command.Add(_adapters);
        }
        _settings.AddTo(command);
        _problems?.AddTo(command);
    }

    /// <summary>Who answers one question.</summary>
    /// <exception cref="InputException">Options contradict each other, or there is no such society.</exception>
    public SocietyOptions Read(ParseResult parsed) => Read(parsed, Saved(parsed));

    /// <summary>Who answers problems that are drawn.</summary>
    /// <exception cref="InputException">Options contradict each other or are out of range, or there is no such society.</exception>
    public Speakers ReadWithProblems(ParseResult parsed)
    {
        var saved = Saved(parsed);
        var options = Read(parsed, saved);
        AnsweringConfig asked = saved?.Config ?? new AnsweringConfig();
        if (_problems is not null) asked = _problems.Apply(asked, parsed);
        var config = new AnsweringConfig
        {
            Model = options.Model,
            Task = asked.Task,
            TaskFile = asked.TaskFile,
            Seed = options.Seed,
            Debate = options.Debate,
            Prompts = options.Prompts,
            Engine = options.Engine,
            ChunkProblems = asked.ChunkProblems,
        };
        RunConfigFile.Check("options", config);
        return new Speakers(config, saved?.Iteration ?? 0, options);
    }

    private SavedSociety? Saved(ParseResult parsed) => parsed.GetValue(_society) is { } folder ? SavedSociety.Latest(folder) : null;

    private SocietyOptions Read(ParseResult parsed, SavedSociety? saved)
    {
        var files = _adapters is null ? [] : parsed.GetValue(_adapters) ?? [];
        if (saved is not null && files.Length > 0) throw new InputException("options", null, "--society or --adapter", "both");
        var options = (SocietyOptions)_settings.Apply(saved is null ? new SocietyOptions("") : SocietyOptions.Of(saved), parsed);
        options = options with { Model = EmbeddedModel.Or(options.Model), Log = _terminal.Error.WriteLine };
        return files.Length > 0 ? options.WithAdapters(files) : options;
    }
}
