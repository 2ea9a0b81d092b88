using System.Globalization;
using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Debate.Prompts;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;

namespace MultiagentFT.Training.Pretraining;

/// <summary>
/// An endless stream of generated conversations about expressions of the pretraining split: solutions, summaries of
/// several agents' answers, and revisions of an answer in the light of such a summary, some of it wrong. Like text that
/// people write, the solutions and revisions that it teaches have careless mistakes in them, or show how a thing is done and then seldom do it:
/// <see cref="CorpusMix"/>.
/// </summary>
/// <param name="prompts">The prompts that the debate uses.</param>
/// <param name="mix">What it is made of.</param>
/// <param name="seed">Determines the stream.</param>
public sealed class ArithmeticCorpus(PromptSet prompts, CorpusMix mix, Seed seed)
{
    private const double SolveShare = 0.78;
    private const double SummarizeShare = 0.05;

    /// <summary>Share of revisions that show the other agents' whole answers instead of a summary.</summary>
    private const double RawShare = 0.1;

    /// <summary>Share of steps that the least able author whom revisions quote gets wrong.</summary>
    internal const double MostConfused = 0.2;

    private readonly SplitMix64 _random = seed.Of("arithmetic-corpus").Generator();

    public CorpusConversation Next()
    {
        var expression = ArithmeticExpression.Draw(Split.Pretraining, _random);
        if (mix.Drills > 0 && _random.NextDouble() < mix.Drills) return Drill(expression);
        var kind = _random.NextDouble();
        if (kind < SolveShare) return Solve(expression);
        return kind < SolveShare + SummarizeShare ? Summarize(expression) : Revise(expression);
    }

    private CorpusConversation Drill(ArithmeticExpression expression)
    {
        var solution = WorkedSolution.Of(expression);
        var question = string.Create(CultureInfo.InvariantCulture, $"What is {solution.Fourth}-{solution.Second}?");
        return LastTurn(prompts.SolveMessage(question), ChatMessage.Assistant(solution.Difference(DifferenceWay.InColumns)));
    }

    private CorpusConversation Solve(ArithmeticExpression expression) =>
        LastTurn(prompts.SolveMessage(Question(expression)), ChatMessage.Assistant(Text(Written(expression), mix.InColumns)));

    private CorpusConversation Summarize(ArithmeticExpression expression)
    {
        var others = Others(expression);
        var message = prompts.SummarizeMessage(Question(expression), [.. others.Select(Told)]);
        return LastTurn(message, ChatMessage.Assistant(Summary(others)));
    }

    private CorpusConversation Revise(ArithmeticExpression expression)
    {
        // Half of the first answers are as good as any solution, and are learned from like one.
        var taught = _random.Next(2) == 0;
        var own = taught ? Written(expression) : Shown(expression);
        var others = Others(expression);
        var summary = _random.NextDouble() < RawShare
            ? PromptSet.Join([.. others.Select(Told)])
            : Summary(others);
        var contested = others.Any(other => other.Fifth != own.Fifth);
        var example = new ChatExample(
        [
            prompts.SolveMessage(Question(expression)),
            ChatMessage.Assistant(Told(own)),
            prompts.ReviseMessage(summary),
            ChatMessage.Assistant(Text(Written(expression), contested ? mix.ContestedInColumns : mix.InColumns)),
        ]);
        return new CorpusConversation(example, taught ? LossTarget.AllTurns : LossTarget.LastTurn);
    }

    /// <summary>One to four other agents' answers; most often two.</summary>
    private WorkedSolution[] Others(ArithmeticExpression expression)
    {
        int[] counts = [1, 2, 2, 2, 3, 4];
        return [.. Enumerable.Range(0, counts[_random.Next(counts.Length)]).Select(_ => Shown(expression))];
    }

    /// <summary>A solution to learn from.</summary>
    private WorkedSolution Written(ArithmeticExpression expression) => WorkedSolution.Of(expression, new MistakeRates(mix.CarelessMistakes, 0, 0), _random);

    /// <summary>An agent's answer to read: how confused its author is differs from agent to agent.</summary>
    private WorkedSolution Shown(ArithmeticExpression expression)
    {
        var confusion = _random.NextDouble();
        return WorkedSolution.Of(expression, new MistakeRates(mix.CarelessMistakes, MostConfused * confusion, mix.WrongDifferences * confusion), _random);
    }

    /// <summary>An answer as its author wrote it. Who works in columns gets the difference right.</summary>
    private string Told(WorkedSolution solution) => Text(solution, solution.Fifth == solution.Fourth - solution.Second ? mix.InColumns : 0);

    private string Text(WorkedSolution solution, double inColumns) =>
        solution.Text(inColumns > 0 && _random.NextDouble() < inColumns ? DifferenceWay.InColumns : DifferenceWay.AtOnce);

    private static CorpusConversation LastTurn(params ChatMessage[] messages) => new(new ChatExample(messages), LossTarget.LastTurn);

    private static string Summary(IReadOnlyList<WorkedSolution> others) => PromptSet.Join([.. others.Select(other => other.Summary())]);

    private static string Question(ArithmeticExpression expression) => ArithmeticTask.ToProblem(expression).Question;
}
