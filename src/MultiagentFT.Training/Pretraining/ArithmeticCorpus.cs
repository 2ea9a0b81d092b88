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
/// people write, the solutions and revisions that it teaches have careless mistakes in them.
/// </summary>
/// <param name="prompts">The prompts that the debate uses.</param>
/// <param name="careless">Probability in [0, 1] that a product or sum of a solution to learn from forgets a carry.</param>
/// <param name="seed">Determines the stream.</param>
public sealed class ArithmeticCorpus(PromptSet prompts, double careless, Seed seed)
{
    private const double SolveShare = 0.78;
    private const double SummarizeShare = 0.05;

    /// <summary>Share of revisions that show the other agents' whole answers instead of a summary.</summary>
    private const double RawShare = 0.1;

    private const double MostConfused = 0.2;
    private readonly SplitMix64 _random = seed.Of("arithmetic-corpus").Generator();

    public CorpusConversation Next()
    {
        var expression = ArithmeticExpression.Draw(Split.Pretraining, _random);
        var kind = _random.NextDouble();
        if (kind < SolveShare) return Solve(expression);
        return kind < SolveShare + SummarizeShare ? Summarize(expression) : Revise(expression);
    }

    private CorpusConversation Solve(ArithmeticExpression expression) =>
        LastTurn(prompts.SolveMessage(Question(expression)), ChatMessage.Assistant(Written(expression).ToString()));

    private CorpusConversation Summarize(ArithmeticExpression expression)
    {
        var others = Others(expression);
        var message = prompts.SummarizeMessage(Question(expression), [.. others.Select(other => other.ToString())]);
        return LastTurn(message, ChatMessage.Assistant(Summary(others)));
    }

    private CorpusConversation Revise(ArithmeticExpression expression)
    {
        // Half of the first answers are as good as any solution, and are learned from like one.
        var taught = _random.Next(2) == 0;
        var own = taught ? Written(expression) : Shown(expression);
        var others = Others(expression);
        var summary = _random.NextDouble() < RawShare
            ? PromptSet.Join([.. others.Select(other => other.ToString())])
            : Summary(others);
        var example = new ChatExample(
        [
            prompts.SolveMessage(Question(expression)),
            ChatMessage.Assistant(own.ToString()),
            prompts.ReviseMessage(summary),
            ChatMessage.Assistant(Written(expression).ToString()),
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
    private WorkedSolution Written(ArithmeticExpression expression) => WorkedSolution.Of(expression, new MistakeRates(careless, 0), _random);

    /// <summary>An agent's answer to read: how confused its author is differs from agent to agent.</summary>
    private WorkedSolution Shown(ArithmeticExpression expression) =>
        WorkedSolution.Of(expression, new MistakeRates(careless, MostConfused * _random.NextDouble()), _random);

    private static CorpusConversation LastTurn(params ChatMessage[] messages) => new(new ChatExample(messages), LossTarget.LastTurn);

    private static string Summary(IReadOnlyList<WorkedSolution> others) => PromptSet.Join([.. others.Select(other => other.Summary())]);

    private static string Question(ArithmeticExpression expression) => ArithmeticTask.ToProblem(expression).Question;
}
