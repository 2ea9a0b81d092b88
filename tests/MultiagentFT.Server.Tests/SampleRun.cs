using System.Text.Json;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Runs.Results;
using MultiagentFT.Runs.Stages;
using MultiagentFT.Testing;

namespace MultiagentFT.Server.Tests;

/// <summary>
/// A run folder with made-up debates: of 45, every third one turns from wrong to right (15), line 2 the other way, line 5 has no majority, and the others
/// are right from the beginning.
/// </summary>
internal static class SampleRun
{
    public const int Debates = 45;
    public const string Stage = "multiagent-ft-1-evaluation";

    public static string Write(TemporaryFolder folder, bool hasResults = true)
    {
        var layout = new RunLayout(folder.File("run"));
        Directory.CreateDirectory(layout.Root);
        RunConfigFile.Write(layout.Config, new RunConfig { Model = folder.File("model.gguf"), Iterations = 1 });
        foreach (var id in (StageId[])[new("debate", 0, StageActivity.Evaluation), new("multiagent-ft", 1, StageActivity.Training), new("multiagent-ft", 1, StageActivity.Evaluation)])
        {
            using var file = new TranscriptFile(layout.Transcripts(id));
            for (var line = 1; line <= Debates; line++) file.Append(Debate(line));
        }
        if (hasResults) File.WriteAllText(layout.Summary, JsonSerializer.Serialize(Results(), JsonFormats.Indented));
        return layout.Root;
    }

    /// <summary>Three agents, two rounds; the right answer is the line's number.</summary>
    public static Transcript Debate(int line)
    {
        var (right, wrong) = ($"{line}", $"{line + 1000}");
        var (first, last) = line switch
        {
            2 => ((string[])[right, right, wrong], (string[])[wrong, wrong, wrong]),
            5 => ([right, wrong, "7000"], [right, wrong, "7000"]),
            _ when line % 3 == 0 => ([wrong, wrong, right], [right, right, wrong]),
            _ => ([right, right, right], [right, right, right]),
        };
        Turn[] turns = [.. first.Select((answer, agent) => TurnOf(1, agent, answer)), .. last.Select((answer, agent) => TurnOf(2, agent, answer))];
        return new Transcript(FileFormat.Current, $"problem-{line}", $"What is {line - 1}+1?", right, turns, [Vote(1, first, right), Vote(2, last, right)]);
    }

    private static Turn TurnOf(int round, int agent, string answer) => new(
        round, agent, $"{(round == 1 ? "generator" : "critic")}-{agent + 1}", null, 1, round == 1 ? "Work it out." : "Think again.",
        $"<b>agent {agent + 1}</b> in round {round}\n\\boxed{{{answer}}}", answer, 10, 10, FinishReason.EndOfTurn,
        round == 1 ? null : new SummaryTurn("(1) so they say", 1, 10, 10));

    private static RoundVote Vote(int round, string[] answers, string truth)
    {
        var winner = answers.GroupBy(answer => answer).OrderByDescending(group => group.Count()).First();
        return new RoundVote(round, winner.Key, winner.Count(), answers.Length, winner.Key == truth);
    }

    private static Summary Results() => new()
    {
        Format = FileFormat.Current,
        Methods = [Row("greedy", 0, 0.78), Row("debate", 0, 0.9), Row("multiagent-ft", 1, 0.94)],
        Gains = [],
        Task = "arithmetic",
        Seed = 1,
        Agents = 3,
        Rounds = 2,
        Iterations = 1,
        TrainingProblems = Debates,
        Model = new ModelDescription("model.gguf", "tiny", "llama", 1, 1, 512, 100),
        Machine = new Machine("Linux", "CPU", 2, 1, ".NET"),
        Version = "0.1.0",
        Commit = "none",
    };

    private static MethodResult Row(string name, int iteration, double accuracy) => new(
        name, iteration, accuracy, 0.02, 500, 3, 1000, 0, 0, 1, 1);
}
