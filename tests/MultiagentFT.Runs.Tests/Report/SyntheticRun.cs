using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Methods;
using MultiagentFT.Runs.Report;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Tests.Report;

/// <summary>Runs of any size with made-up debates of three agents, two rounds and summaries, the same ones for the same arguments.</summary>
internal static class SyntheticRun
{
    private const int Agents = 3;

    /// <summary>English by frequency is as hard to compress as words drawn from some hundreds, the first ones more often.</summary>
    private static readonly string[] Words = MakeWords(400);

    /// <param name="methods">The first ones of the catalog.</param>
    /// <param name="iterations">Each method is evaluated after each.</param>
    /// <param name="problems">Of the evaluation.</param>
    /// <param name="speaks">What an agent says before its box; <see cref="Columns"/> or <see cref="Sentences"/>.</param>
    /// <param name="revise">Changes the debates of an evaluation.</param>
    public static ReportData Of(
        int methods, int iterations, int problems, Func<Problem, SplitMix64, string> speaks, Func<Method, int, IReadOnlyList<Transcript>, IReadOnlyList<Transcript>>? revise = null)
    {
        var task = new ArithmeticTask();
        var drawn = task.Draw(Split.Evaluation, problems, new Seed(1));
        List<Evaluation> evaluations = [];
        for (var iteration = 1; iteration <= iterations; iteration++)
        {
            foreach (var method in MethodCatalog.Default.Methods.Take(methods))
            {
                var random = new Seed(1).Of(method.Key).Of(iteration).Generator();
                IReadOnlyList<Transcript> debates = [.. drawn.Select(problem => Debate(problem, speaks, random))];
                evaluations.Add(new Evaluation(method, iteration, revise?.Invoke(method, iteration, debates) ?? debates, 1, default));
            }
        }
        var config = new RunConfig { Model = "m.gguf", Iterations = iterations };
        var model = new ModelDescription("m.gguf", "synthetic", "llama", 1, 1, 1, 1);
        return new ReportData(config, Summary.Of(config, task, model, evaluations, []), evaluations, [], task, MethodCatalog.Default);
    }

    /// <summary>As the embedded model works: 71 characters on average, box included, as in a run of it.</summary>
    public static string Columns(Problem problem, SplitMix64 random)
    {
        var (left, right) = (100 + random.Next(700), random.Next(200));
        var lines = $"{random.Next(30)}*{random.Next(30)}={left}\n{random.Next(30)}*{random.Next(30)}={right}\n{random.Next(30)}+{left}={left + 7}\n";
        return random.Next(8) < 3 ? lines + $"{left + 7}-{right}={left + 7 - right}" : lines + $"step by step\n{left + 7}-{right:000}\n{random.Next(10)}-{random.Next(10)}={random.Next(10)}\n15-6=9\n{left + 7}-{right}={left + 7 - right}";
    }

    /// <summary>Prose of three times that length, in which no answer resembles another.</summary>
    public static string Sentences(Problem problem, SplitMix64 random)
    {
        var text = "";
        while (text.Length < 195)
        {
            text += Word(random);
            for (var i = 0; i < 7; i++) text += " " + Word(random);
            text += $" {random.Next(1000)}.\n";
        }
        return text;
    }

    /// <summary>One debate whose answers are right three times of four.</summary>
    private static Transcript Debate(Problem problem, Func<Problem, SplitMix64, string> speaks, SplitMix64 random)
    {
        var truth = problem.Answer!;
        var (turns, votes) = (new List<Turn>(), new List<RoundVote>());
        for (var round = 1; round <= 2; round++)
        {
            for (var agent = 0; agent < Agents; agent++)
            {
                var answer = random.Next(4) > 0 ? truth : $"{random.Next(20) - 10}";
                var summary = round == 1 ? null : new SummaryTurn(string.Join("\n", Enumerable.Range(1, 2).Select(other => $"({other}) {Half(speaks(problem, random))}, so {answer}.")), 1, 10, 10);
                turns.Add(new Turn(
                    round, agent, $"{(round == 1 ? "generator" : "critic")}-{agent + 1}", null, 1, problem.Question, $"{speaks(problem, random)}\n\\boxed{{{answer}}}", answer, 40, 60, FinishReason.EndOfTurn, summary));
            }
            var winner = turns.Where(turn => turn.Round == round).GroupBy(turn => turn.Answer).MaxBy(group => group.Count())!;
            votes.Add(new RoundVote(round, winner.Key, winner.Count(), Agents, winner.Key == truth));
        }
        return new Transcript(FileFormat.Current, problem.Id, problem.Question, truth, turns, votes);
    }

    private static string Half(string text) => text[..(text.Length / 2)].ReplaceLineEndings(" ");

    private static string Word(SplitMix64 random) => Words[(int)(Words.Length * Math.Pow(random.NextDouble(), 2))];

    private static string[] MakeWords(int count)
    {
        const string Letters = "etaoinshrdlucmfw";
        var random = new SplitMix64(1);
        return [.. Enumerable.Range(0, count).Select(_ => string.Concat(Enumerable.Range(0, 2 + random.Next(7)).Select(_ => Letters[random.Next(Letters.Length)])))];
    }
}
