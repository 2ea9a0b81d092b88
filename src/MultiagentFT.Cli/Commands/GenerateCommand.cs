using System.CommandLine;
using MultiagentFT.Cli.Options;
using MultiagentFT.Cli.Rendering;
using MultiagentFT.Cli.Setup;
using MultiagentFT.Contracts.Datasets;
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
    private readonly Option<string> _preferences;
    private readonly Option<PreferenceFormat> _preferenceFormat;
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
            "mft generate --count 1000 --output transcripts.jsonl --preferences pairs.jsonl",
            "mft generate --task problems.jsonl --model model.gguf --count 200 --rounds 3 --output transcripts.jsonl")
    {
        _count = Added(TypedOption.Count("--count", "Problems to debate"));
        _count.Required = true;
        _output = Added(TypedOption.Text("--output", "Transcript file (JSONL), or - for standard output; with a larger --count the same command extends it", "file"));
        _output.Required = true;
        _split = Added(TypedOption.Choice<Split>("--split", "Part of the task's problems [default: training]"));
        _datasets = Added(TypedOption.Text("--datasets", "Folder for each agent's dataset (chat JSONL)", "folder"));
        _preferences = Added(TypedOption.Text("--preferences", "File for what the debates prefer: answers that come to the vote over those that do not (JSONL as TRL reads it)", "file"));
        _preferenceFormat = Added(TypedOption.Choice<PreferenceFormat>("--preference-format", "Pairs for dpo (prompt, chosen, rejected) or labels for kto (prompt, completion, label) [default: pairs]"));
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
        if (parsed.GetValue(_datasets) is null && parsed.GetValue(_preferences) is null) IgnoredOptions.Refuse(parsed, "--datasets", _datasetSettings.Names);
        if (parsed.GetValue(_preferences) is null) IgnoredOptions.Refuse(parsed, "--preferences", _preferenceFormat.Name);
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
        var preferences = parsed.GetValue(_preferences) is { } wanted ? OutputPath.RequireFile(wanted, "--preferences") : null;
        if (preferences is not null && preferences == output) throw new InputException("--preferences", null, "another file than --output", preferences);

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
        var preferred = preferences is null
            ? (int?)null
            : WritePreferences(preferences, parsed.ValueOr(_preferenceFormat, PreferenceFormat.Pairs), options.Teaching(readable), new PreferenceDataset(task, options.MinimumVotes, speakers.Config.Prompts.Beginning));
        if (output is null) StandardStream.Write(Terminal, transcripts);
        else Report(transcripts, datasets, preferred, unreadable, output, parsed.GetValue(_json));
    }

    /// <returns>How many lines.</returns>
    private static int WritePreferences(string file, PreferenceFormat format, IReadOnlyList<Transcript> debates, PreferenceDataset dataset)
    {
        if (format == PreferenceFormat.Labels)
        {
            var labelled = dataset.Labelled(debates);
            PreferenceFile.Write(file, labelled);
            return labelled.Count;
        }
        var pairs = dataset.Pairs(debates);
        PreferenceFile.Write(file, pairs);
        return pairs.Count;
    }

    private void Report(IReadOnlyList<Transcript> transcripts, SocietyDatasets? datasets, int? preferred, int unreadable, string output, bool asJson)
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
                preferences = preferred,
            });
            return;
        }
        Terminal.Output.WriteLine($"{transcripts.Count} debates, {tokens} tokens: {output}");
        if (answers.Describe() is { } incomplete) Terminal.Output.WriteLine(incomplete);
        if (UnreadableAnswers.Describe(unreadable) is { } unread) Terminal.Output.WriteLine(unread);
        if (preferred is not null) Terminal.Output.WriteLine($"{preferred} preferences");
        foreach (var counts in datasets?.Counts ?? [])
        {
            Terminal.Output.WriteLine(
                $"agent {counts.Agent + 1}: {counts.GeneratorExamples} generator examples, "
                + $"{counts.NegativesKept} + {counts.PositivesKept} critic examples, "
                + $"of {counts.NegativesFound} + {counts.PositivesFound}");
        }
    }
}
