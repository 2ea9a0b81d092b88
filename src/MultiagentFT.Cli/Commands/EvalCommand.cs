using System.CommandLine;
using System.Globalization;
using MultiagentFT.Cli.Options;
using MultiagentFT.Cli.Rendering;
using MultiagentFT.Cli.Setup;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Serving;

namespace MultiagentFT.Cli.Commands;

/// <summary><c>mft eval</c>: the accuracy of a society, an adapter or a model.</summary>
internal sealed class EvalCommand : MftCommand
{
    private readonly Option<int> _problems;
    private readonly Option<Split> _split;
    private readonly Option<Method> _method;
    private readonly Option<string> _output;
    private readonly Option<bool> _json;
    private readonly SpeakerOptions _speakers;

    public EvalCommand(Terminal terminal)
        : base(
            "eval",
            "Measures accuracy on problems that no training has seen.",
            terminal,
            "mft eval --method base --problems 500",
            "mft eval --society runs/mine --problems 500 --json",
            "mft eval --adapter adapter.gguf --method majority --agents 5 --output transcripts.jsonl")
    {
        _method = Added(TypedOption.Choice<Method>(
            "--method", "base: one answer; majority: a vote over as many as agents; debate [default: debate]"));
        _method.HelpName = "base|majority|debate";
        _problems = Added(TypedOption.Number<int>("--problems", "Problems to answer [default: 500]"));
        _split = Added(TypedOption.Choice<Split>("--split", "Part of the task's problems [default: evaluation]"));
        _output = Added(TypedOption.Text("--output", "Keeps the transcripts (JSONL), from which the same command continues", "file"));
        _speakers = new SpeakerOptions(this, RunSettings.OfDebates(), takesAdapters: true);
        _json = Added(TypedOption.Flag("--json", "Print the result as JSON"));
    }

    protected override async Task ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var count = parsed.ValueOr(_problems, 500);
        ProblemCount.Check("--problems", count);
        var method = parsed.ValueOr(_method, Method.Debate);
        if (method > Method.Debate) throw new InputException("--method", null, "base, majority or debate", method.Key());
        if (method == Method.Base) IgnoredOptions.Refuse(parsed, "--method majority or debate", "--agents", "--rounds", "--no-summary");
        if (method == Method.Majority) IgnoredOptions.Refuse(parsed, "--method debate", "--rounds", "--no-summary");
        var speakers = _speakers.Read(parsed);
        if (method != Method.Debate && speakers.Files.Count > 1)
            throw new InputException("--method", null, "debate for a society of several adapters", method.Key());
        var task = TaskCatalog.Open(speakers.Config.Task);
        var seed = new Seed(speakers.Config.Seed);
        var problems = task.Draw(parsed.ValueOr(_split, Split.Evaluation), count, seed.Of("evaluation-problems"));
        var output = parsed.GetValue(_output) is { } file ? Path.GetFullPath(file) : null;

        await using var engine = EngineFactory.Open(speakers.Config, speakers.Paths, Terminal.Error);
        await speakers.LoadAsync(engine, cancellation).ConfigureAwait(false);
        if (output is not null) GenerationJob.Of(method, parsed.ValueOr(_split, Split.Evaluation), count, speakers).Claim(output);
        var started = TimeProvider.System.GetTimestamp();
        var transcripts = await ProgressDisplay.ShowAsync(Terminal, view => new TranscriptRun(engine, task, speakers, method, view)
            .RunAsync(problems, seed.Of("evaluation"), output, cancellation)).ConfigureAwait(false);
        Report(method, transcripts, TimeProvider.System.GetElapsedTime(started).TotalSeconds, parsed.GetValue(_json));
    }

    private void Report(Method method, IReadOnlyList<Transcript> transcripts, double seconds, bool asJson)
    {
        var accuracy = Accuracy.Of(transcripts);
        var answers = AnswerCounts.Of(transcripts);
        var tokens = transcripts.Sum(transcript => transcript.GeneratedTokens);
        if (asJson)
        {
            Terminal.WriteJson(new
            {
                method,
                accuracy = accuracy.Mean,
                accuracy.StandardError,
                problems = accuracy.Count,
                generatedTokens = tokens,
                seconds = Math.Round(seconds, 3),
                failedAnswers = answers.Failed,
                cutAnswers = answers.Cut,
            });
            return;
        }
        Terminal.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{method.Title()}: {MethodTable.Percent(accuracy)} of {accuracy.Count} problems, {tokens} tokens, {seconds:0.0} s"));
        if (answers.Describe() is { } incomplete) Terminal.Output.WriteLine(incomplete);
    }
}
