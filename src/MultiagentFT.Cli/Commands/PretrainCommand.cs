using System.CommandLine;
using System.Globalization;
using MultiagentFT.Cli.Options;
using MultiagentFT.Cli.Rendering;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Training.Pretraining;

namespace MultiagentFT.Cli.Commands;

/// <summary><c>mft pretrain</c>: a base model from nothing.</summary>
internal sealed class PretrainCommand : MftCommand
{
    private const string Activity = "pretraining";

    private readonly Settings<PretrainOptions> _settings = PretrainSettings.Create();
    private readonly Option<string> _output;
    private readonly Option<string> _name;
    private readonly Option<bool> _json;

    public PretrainCommand(Terminal terminal)
        : base(
            "pretrain",
            "Trains a small base model from scratch on generated problems: solutions, summaries and revisions.",
            terminal,
            "mft pretrain --output first.gguf",
            "mft pretrain --start-model first.gguf --corpus columns --million-tokens 8 --learning-rate 0.01 --output second.gguf",
            "mft pretrain --start-model arithmetic-3m.gguf --corpus families --million-tokens 15 --learning-rate 0.01 --output families.gguf",
            "mft pretrain --output tiny.gguf --embedding 64 --blocks 2 --feed-forward 192 --million-tokens 1")
    {
        _output = Added(TypedOption.Text("--output", "The new model", "file"));
        _output.Required = true;
        _name = Added(TypedOption.Text("--name", "Name in the file [default: the file's name]", "name"));
        _settings.AddTo(this);
        _json = Added(TypedOption.Flag("--json", "Print the result as JSON"));
    }

    protected override async Task ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var options = _settings.Apply(new PretrainOptions(), parsed);
        if (options.StartModel.Length > 0) IgnoredOptions.Refuse(parsed, "no --start-model", PretrainSettings.OfShape);
        var output = OutputPath.RequireFile(parsed.GetValue(_output)!, "--output");
        var name = parsed.GetValue(_name) ?? Path.GetFileNameWithoutExtension(output);
        var last = await ProgressDisplay.ShowAsync(Terminal, async view =>
        {
            var progress = new TokenProgress(view, name);
            await Task.Run(
                () => PretrainRecipe.Run(options, output, name, progress, cancellation), CancellationToken.None).ConfigureAwait(false);
            view.End(Activity, null);
            return progress.Last;
        }).ConfigureAwait(false);
        Report(output, last, parsed.GetValue(_json));
    }

    private void Report(string output, PretrainProgress? last, bool asJson)
    {
        using var model = ModelFile.Open(output);
        if (asJson)
        {
            Terminal.WriteJson(new
            {
                file = output,
                model.Parameters,
                model.WeightBytes,
                last?.Tokens,
                last?.Step,
                last?.Loss,
                last?.GreedyAccuracy,
                last?.SampledAccuracy,
            });
            return;
        }
        var accuracy = last is { GreedyAccuracy: { } greedy, SampledAccuracy: { } sampled }
            ? string.Create(
                CultureInfo.InvariantCulture, $", {100 * greedy:0.0} % greedy and {100 * sampled:0.0} % sampled on held-out problems")
            : "";
        Terminal.Output.WriteLine($"{output}: {model.Parameters:#,0} weights, {model.WeightBytes:#,0} bytes{accuracy}");
    }

    private sealed class TokenProgress(IProgressView view, string title) : IProgress<PretrainProgress>
    {
        public PretrainProgress? Last { get; private set; }

        public void Report(PretrainProgress value)
        {
            if (Last is null) view.Begin(Activity, title, "tokens", value.Tokens, value.TotalTokens, value.Tokens);
            Last = value;
            view.Advance(Activity, value.Tokens, value.Tokens, string.Create(CultureInfo.InvariantCulture, $"loss {value.Loss:0.000}"));
            if (value is { GreedyAccuracy: { } greedy, SampledAccuracy: { } sampled })
            {
                view.Note(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{title}: {value.Tokens} tokens, {100 * greedy:0.0} % greedy, {100 * sampled:0.0} % sampled"));
            }
        }
    }
}
