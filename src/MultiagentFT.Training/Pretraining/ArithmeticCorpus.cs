using MultiagentFT.Debate.Datasets;
using MultiagentFT.Debate.Prompts;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;
using MultiagentFT.Inference;

namespace MultiagentFT.Training.Pretraining;

/// <summary>
/// An endless stream of generated conversations about expressions of the pretraining split: solutions, summaries of
/// several agents' answers, and revisions of an answer in the light of such a summary, some of it wrong.
/// </summary>
public sealed class ArithmeticCorpus(PromptSet prompts, Seed seed)
{
    private const double SolveShare = 0.78;
    private const double SummarizeShare = 0.05;

    /// <summary>Share of revisions that show the other agents' whole answers instead of a summary.</summary>
    private const double RawShare = 0.1;
    private readonly SplitMix64 _random = seed.Of("arithmetic-corpus").Generator();

    public CorpusConversation Next()
    {
        var expression = ArithmeticExpression.Draw(Split.Pretraining, _random);
        var kind = _random.NextDouble();
        if (kind < SolveShare) return Solve(expression);
        return kind < SolveShare + SummarizeShare ? Summarize(expression) : Revise(expression);
    }

    private CorpusConversation Solve(ArithmeticExpression expression) =>
        LastTurn(prompts.SolveMessage(Question(expression)), ChatMessage.Assistant(WorkedSolution.Of(expression).ToString()));

    private CorpusConversation Summarize(ArithmeticExpression expression)
    {
        var others = Others(expression);
        var message = prompts.SummarizeMessage(Question(expression), [.. others.Select(other => other.ToString())]);
        return LastTurn(message, ChatMessage.Assistant(Summary(others)));
    }

    private CorpusConversation Revise(ArithmeticExpression expression)
    {
        var own = WorkedSolution.Of(expression, Mistakes(), _random);
        var others = Others(expression);
        var summary = _random.NextDouble() < RawShare
            ? PromptSet.Join([.. others.Select(other => other.ToString())])
            : Summary(others);
        var example = new ChatExample(
        [
            prompts.SolveMessage(Question(expression)),
            ChatMessage.Assistant(own.ToString()),
            prompts.ReviseMessage(summary),
            ChatMessage.Assistant(WorkedSolution.Of(expression).ToString()),
        ]);
        // A first answer without mistakes is one more solution to learn from.
        return new CorpusConversation(example, own == WorkedSolution.Of(expression) ? LossTarget.AllTurns : LossTarget.LastTurn);
    }

    /// <summary>One to four other agents' answers; most often two.</summary>
    private WorkedSolution[] Others(ArithmeticExpression expression)
    {
        int[] counts = [1, 2, 2, 2, 3, 4];
        return [.. Enumerable.Range(0, counts[_random.Next(counts.Length)]).Select(_ => WorkedSolution.Of(expression, Mistakes(), _random))];
    }

    /// <summary>The probability of a mistake in each step differs from agent to agent.</summary>
    private double Mistakes() => 0.3 * _random.NextDouble();

    private static CorpusConversation LastTurn(params ChatMessage[] messages) => new(new ChatExample(messages), LossTarget.LastTurn);

    private static string Summary(IReadOnlyList<WorkedSolution> others) => PromptSet.Join([.. others.Select(other => other.Summary())]);

    private static string Question(ArithmeticExpression expression) => ArithmeticTask.ToProblem(expression).Question;
}
