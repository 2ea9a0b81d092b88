using System.CommandLine;
using System.Globalization;
using MultiagentFT.Cli.Options;
using MultiagentFT.Cli.Rendering;
using MultiagentFT.Cli.Setup;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Protocols;
using MultiagentFT.Runs.Results;
using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Cli.Commands;

/// <summary><c>mft eval</c>: the accuracy of a society, an adapter or a model.</summary>
internal sealed class EvalCommand : MftCommand
{
    private const string Majority = "majority";

    /// <summary>Finetuned methods are those of a run: here the weights are given, and this is how they answer.</summary>
    private static readonly IReadOnlyList<Method> Methods = [.. MethodCatalog.Default.Methods.Where(method => !method.IsIterated)];

    /// <summary>The options that set each part of a debate.</summary>
    private static readonly (DebateParts Part, string[] Options)[] Parts =
    [
        (DebateParts.Agents, ["--agents"]),
        (DebateParts.Rounds, ["--rounds", "--no-summary", "--stop"]),
        (DebateParts.Sampling, ["--temperature", "--top-k", "--top-p", "--min-p"]),
    ];

    private readonly Option<int> _problems;
    private readonly Option<Split> _split;
    private readonly Option<string> _method;
    private readonly Option<string> _output;
    private readonly Option<bool> _json;
    private readonly SpeakerOptions _speakers;
    private readonly ClusterOptions _cluster;

    public EvalCommand(Terminal terminal)
        : base(
            "eval",
            "Measures accuracy on problems that no training has seen.",
            terminal,
            "mft eval --method base --problems 500",
            "mft eval --society runs/mine --problems 500 --json",
            "mft eval --adapter adapter.gguf --method majority --agents 5 --output transcripts.jsonl")
    {
        _method = Added(TypedOption.Text(
            "--method",
            string.Join("; ", Methods.Select(method => $"{method.Key}: {method.Description}")) + " [default: debate]",
            string.Join('|', Methods.Select(method => method.Key))));
        _method.CompletionSources.Add([.. Methods.Select(method => method.Key)]);
        _problems = Added(TypedOption.Count("--problems", "Problems to answer [default: 500, or as many as there are]"));
        _split = Added(TypedOption.Choice<Split>("--split", "Part of the task's problems [default: evaluation]"));
        _output = Added(TypedOption.Text("--output", "Keeps the transcripts (JSONL), from which the same command continues", "file"));
        _speakers = new SpeakerOptions(this, terminal, RunSettings.OfEvaluation(), takesAdapters: true);
        _cluster = new ClusterOptions(this);
        _json = Added(TypedOption.Flag("--json", "Print the result as JSON"));
    }

    protected override async Task ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var count = parsed.ValueOr(_problems, 500);
        ProblemCount.Check("--problems", count);
        var method = MethodOf(parsed.ValueOr(_method, "debate"));
        var readers = Methods.Where(other => (other.Reads & ~method.Reads) != 0).Select(other => other.Key);
        IgnoredOptions.Refuse(
            parsed, "--method " + string.Join(" or ", readers), Parts.Where(of => !method.Reads.HasFlag(of.Part)).SelectMany(of => of.Options));
        if (method.Key == MethodCatalog.BestTemperature) IgnoredOptions.Refuse(parsed, RunSettings.BestTemperature, "--temperature");
        else IgnoredOptions.Refuse(parsed, "--method " + MethodCatalog.BestTemperature, RunSettings.BestTemperature);
        var cluster = _cluster.Read(parsed);
        var speakers = _speakers.ReadWithProblems(parsed);
        using var spooled = TaskFile.Spool(Terminal, speakers.Config, continues: parsed.GetValue(_output) is not null);
        if (spooled is not null) speakers = speakers with { Config = speakers.Config with { Task = spooled.Path } };
        var task = TaskFile.Open(Terminal, speakers.Config);
        var protocol = ProtocolOf(method, speakers, task);
        if (speakers.Files.Any(file => !protocol.Adapters.Contains(file.Adapter())))
            throw new InputException("--method", null, "debate or majority for a society of several adapters", method.Key);
        var seed = new Seed(speakers.Config.Seed);
        var split = parsed.ValueOr(_split, Split.Evaluation);
        count = RunProblems.Fit(count, task, split, parsed.GetResult(_problems) is { Implicit: false });
        RunProblems.Require(task, split, count, "problems");
        var problems = task.Draw(split, count, seed.Of("evaluation-problems"));
        var output = parsed.GetValue(_output) is { } file ? OutputPath.RequireFile(file, "--output") : null;

        await using var answering = await Answering.OpenAsync(Terminal, speakers, cluster, $"eval {task.Name}", output, cancellation).ConfigureAwait(false);
        using var @lock = output is null ? null : OutputLock.Acquire(output);
        using var spending = new SpendingReport(Terminal, answering.Endpoint);
        var job = TranscriptJob.Of(method.Key, split, count, speakers.Config, speakers.Files);
        if (output is not null) job = job.Claim(output, answering.Chunks.IsBatchInvariant);
        if (output is not null) answering.Endpoint?.Budget.Keep(output + ".spending.jsonl");
        var started = TimeProvider.System.GetTimestamp();
        var answers = new ChunkedAnswers(output, protocol, problems, speakers.Config.ChunkProblems, job.Parts, answering.Chunks.IsBatchInvariant);
        var isDone = answers.IsWhole;
        IReadOnlyList<Transcript> transcripts;
        try
        {
            transcripts = await TranscriptRun.ShowAsync(
                Terminal, task.Name, answers, answering.Chunks, speakers.Files, seed.Of("evaluation"), cancellation).ConfigureAwait(false);
        }
        finally
        {
            // A repeated command that answers nothing takes no time.
            if (!isDone) job = Spend(job, output, TimeProvider.System.GetElapsedTime(started).TotalSeconds);
        }
        await answering.CompleteAsync(cancellation).ConfigureAwait(false);
        Report(method, transcripts, task, job.Seconds, parsed.GetValue(_json));
    }

    /// <summary>The vote of a society of several adapters is that of its first round: every generator answers once.</summary>
    private static IProtocol ProtocolOf(Method method, Speakers speakers, IDebateTask task) =>
        method.Key == Majority && speakers.Society.Adapters.Count() > 1
            ? new DebateProtocol(speakers.Config with { Debate = speakers.Config.Debate with { Rounds = 1 } }, task, speakers.Society)
            : method.Protocol(new AnswerContext(speakers.Config, task, speakers.Society, []) { BestTemperature = speakers.Config.BestTemperature });

    /// <summary>The job with the seconds of all attempts, which are kept beside the transcripts.</summary>
    private static TranscriptJob Spend(TranscriptJob job, string? output, double seconds) =>
        output is null ? job with { Seconds = job.Seconds + seconds } : job.Spend(output, seconds);

    private static Method MethodOf(string key) => Methods.FirstOrDefault(method => method.Key == key) ?? throw new InputException(
        "--method", null, string.Join(", ", Methods.Select(method => method.Key)), key + ClosestName.Hint(key, Methods.Select(method => method.Key)));

    private static string Right(Accuracy accuracy, int problems) => accuracy.IsKnown
        ? $"{MethodTable.Percent(accuracy)} of {accuracy.Count} problems"
        : $"{problems} problems, accuracy {MethodTable.Percent(accuracy)}";

    private void Report(Method method, IReadOnlyList<Transcript> transcripts, IDebateTask task, double seconds, bool asJson)
    {
        var accuracy = Accuracy.Of(transcripts);
        var answers = AnswerCounts.Of(transcripts);
        var tokens = transcripts.Sum(transcript => transcript.GeneratedTokens);
        var revisions = RevisionFigures.Of(transcripts, task);
        if (asJson)
        {
            Terminal.WriteJson(new
            {
                method = method.Key,
                accuracy = accuracy.IsKnown ? accuracy.Mean : (double?)null,
                standardError = accuracy.IsKnown ? accuracy.StandardError : (double?)null,
                interval = accuracy.IsKnown ? accuracy.Interval : (Interval?)null,
                problems = accuracy.IsKnown ? accuracy.Count : transcripts.Count,
                answers = transcripts[0].LastAnswers,
                generatedTokens = tokens,
                seconds = Math.Round(seconds, 3),
                failedAnswers = answers.Failed,
                cutAnswers = answers.Cut,
                revisions,
            });
            return;
        }
        Terminal.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{method.Title}: {Right(accuracy, transcripts.Count)}, {tokens} tokens, {seconds:0.0} s"));
        if (answers.Describe() is { } incomplete) Terminal.Output.WriteLine(incomplete);
        if (revisions?.Warning() is { } warning) Terminal.Output.WriteLine(warning);
    }
}
