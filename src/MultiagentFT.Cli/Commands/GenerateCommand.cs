using System.CommandLine;
using MultiagentFT.Cli.Options;
using MultiagentFT.Cli.Rendering;
using MultiagentFT.Cli.Setup;
using MultiagentFT.Debate.Datasets;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Protocols;
using MultiagentFT.Runs.Stages;

namespace MultiagentFT.Cli.Commands;

/// <summary><c>mft generate</c>: debates as data.</summary>
internal sealed class GenerateCommand : MftCommand
{
    private readonly Option<int> _count;
    private readonly Option<Split> _split;
    private readonly Option<string> _output;
    private readonly Option<string> _datasets;
    private readonly Settings<DatasetOptions> _datasetSettings = DatasetSettings.Create();
    private readonly Option<bool> _json;
    private readonly SpeakerOptions _speakers;
    private readonly ClusterOptions _cluster;

    public GenerateCommand(Terminal terminal)
        : base(
            "generate",
            "Debates many problems and writes transcripts, and datasets for every agent. The same command continues.",
            terminal,
            "mft generate --count 1000 --output transcripts.jsonl",
            "mft generate --count 1000 --society runs/mine --output transcripts.jsonl --datasets datasets",
            "mft generate --task problems.jsonl --model model.gguf --count 200 --rounds 3 --output transcripts.jsonl")
    {
        _count = Added(TypedOption.Count("--count", "Problems to debate"));
        _count.Required = true;
        _output = Added(TypedOption.Text("--output", "Transcript file (JSONL), or - for standard output; with a larger --count the same command extends it", "file"));
        _output.Required = true;
        _split = Added(TypedOption.Choice<Split>("--split", "Part of the task's problems [default: training]"));
        _datasets = Added(TypedOption.Text("--datasets", "Folder for each agent's dataset (chat JSONL)", "folder"));
        _datasetSettings.AddTo(this);
        _speakers = new SpeakerOptions(this, terminal, RunSettings.OfProblems());
        _cluster = new ClusterOptions(this);
        _json = Added(TypedOption.Flag("--json", "Print the counts as JSON"));
    }

    public override bool IsResumable => true;

    protected override async Task ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var count = parsed.GetValue(_count);
        ProblemCount.Check("--count", count);
        DatasetSettings.Check(parsed);
        if (parsed.GetValue(_datasets) is null) IgnoredOptions.Refuse(parsed, "--datasets", _datasetSettings.Names);
        var options = _datasetSettings.Apply(new RunConfig().Datasets, parsed);
        var cluster = _cluster.Read(parsed);
        var speakers = _speakers.ReadWithProblems(parsed);
        DatasetSettings.CheckVotes(parsed, options, speakers.Config.Debate.Agents);
        using var spooled = TaskFile.Spool(Terminal, speakers.Config, continues: parsed.GetValue(_output) is not StandardStream.Name);
        if (spooled is not null) speakers = speakers with { Config = speakers.Config with { Task = spooled.Path } };
        var task = TaskFile.Open(Terminal, speakers.Config);
        var builder = new DatasetBuilder(task, options, speakers.Config.Prompts.Beginning);
        var seed = new Seed(speakers.Config.Seed);
        var split = parsed.ValueOr(_split, Split.Training);
        count = RunProblems.Fit(count, task, split, isGiven: true);
        RunProblems.Require(task, split, count, "count");
        var problems = task.Draw(split, count, seed.Of("training-problems"));
        var output = parsed.GetValue(_output) is StandardStream.Name ? null : OutputPath.RequireFile(parsed.GetValue(_output)!, "--output");
        if (output is null) IgnoredOptions.Refuse(parsed, "a file as --output", _json.Name);
        var folder = parsed.GetValue(_datasets) is { } given ? OutputPath.RequireFolder(given, "--datasets") : null;

        await using var answering = await Answering.OpenAsync(Terminal, speakers, cluster, $"generate {task.Name}", output, cancellation).ConfigureAwait(false);
        using var @lock = output is null ? null : OutputLock.Acquire(output);
        using var spending = new SpendingReport(Terminal, answering.Endpoint);
        var job = TranscriptJob.Of("debate", split, count, speakers.Config, speakers.Files);
        if (output is not null) job = job.Claim(output, answering.Chunks.IsBatchInvariant);
        if (output is not null) answering.Endpoint?.Budget.Keep(output + ".spending.jsonl");
        // The seeds of a run's iteration, so that its debates can be had again.
        var protocol = new DebateProtocol(speakers.Config, task, speakers.Society);
        var answers = new ChunkedAnswers(output, protocol, problems, speakers.Config.ChunkProblems, job.Parts, answering.Chunks.IsBatchInvariant);
        var transcripts = await TranscriptRun.ShowAsync(
            Terminal, task.Name, answers, answering.Chunks, speakers.Files, seed.Of("training").Of(speakers.Iteration + 1), cancellation).ConfigureAwait(false);
        await answering.CompleteAsync(cancellation).ConfigureAwait(false);
        var (readable, unreadable) = UnreadableAnswers.Mark(transcripts, answering.Chunks.FindMarkup);
        var datasets = folder is null ? null : builder.Build(readable, seed.Of("datasets").Of(speakers.Iteration + 1));
        if (datasets is not null) SocietyDatasetFiles.Write(folder!, datasets);
        if (output is null) StandardStream.Write(Terminal, transcripts);
        else Report(transcripts, datasets, unreadable, output, parsed.GetValue(_json));
    }

    private void Report(IReadOnlyList<Transcript> transcripts, SocietyDatasets? datasets, int unreadable, string output, bool asJson)
    {
        var answers = AnswerCounts.Of(transcripts);
        var tokens = transcripts.Sum(transcript => transcript.GeneratedTokens);
        if (asJson)
        {
            var debates = transcripts.Count;
            Terminal.WriteJson(new
            {
                output,
                debates,
                generatedTokens = tokens,
                failedAnswers = answers.Failed,
                cutAnswers = answers.Cut,
                unreadableAnswers = unreadable,
                datasets = datasets?.Counts,
            });
            return;
        }
        Terminal.Output.WriteLine($"{transcripts.Count} debates, {tokens} tokens: {output}");
        if (answers.Describe() is { } incomplete) Terminal.Output.WriteLine(incomplete);
        if (UnreadableAnswers.Describe(unreadable) is { } unread) Terminal.Output.WriteLine(unread);
        foreach (var counts in datasets?.Counts ?? [])
        {
            Terminal.Output.WriteLine(
                $"agent {counts.Agent + 1}: {counts.GeneratorExamples} generator examples, "
                + $"{counts.NegativesKept} + {counts.PositivesKept} critic examples, "
                + $"of {counts.NegativesFound} + {counts.PositivesFound}");
        }
    }
}
