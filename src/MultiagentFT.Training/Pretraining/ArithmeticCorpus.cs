using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Debate.Prompts;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;

namespace MultiagentFT.Training.Pretraining;

/// <summary>
/// An endless stream of generated conversations about expressions of the pretraining split: solutions, summaries of
/// several agents' answers, and revisions of an answer in the light of such a summary, some of it wrong. As people do, its authors solve the
/// same problem in different ways, whether or not the way suits the problem: <see cref="CorpusMix"/>. What it teaches is right.
/// </summary>
/// <param name="prompts">The prompts that the debate uses.</param>
/// <param name="mix">How often which way is taken.</param>
/// <param name="seed">Determines the stream.</param>
public sealed class ArithmeticCorpus(PromptSet prompts, CorpusMix mix, Seed seed)
{
    private const double SolveShare = 0.74;
    private const double SummarizeShare = 0.06;

    /// <summary>Share of revisions that show the other agents' whole answers instead of a summary.</summary>
    private const double RawShare = 0.1;

    /// <summary>The least able author that revisions quote gets this share of differences wrong.</summary>
    private const double MostConfused = 1;

    private const double OtherMistakes = 0.01;
    private readonly SplitMix64 _random = seed.Of("arithmetic-corpus").Generator();

    public CorpusConversation Next()
    {
        var expression = ArithmeticExpression.Draw(Split.Pretraining, _random);
        var kind = _random.NextDouble();
        if (kind < SolveShare) return Solve(expression);
        return kind < SolveShare + SummarizeShare ? Summarize(expression) : Revise(expression);
    }

    private CorpusConversation Solve(ArithmeticExpression expression) =>
        LastTurn(prompts.SolveMessage(Question(expression)), ChatMessage.Assistant(Solution(expression)));

    private CorpusConversation Summarize(ArithmeticExpression expression)
    {
        var others = Others(expression);
        var message = prompts.SummarizeMessage(Question(expression), [.. others.Select(other => other.Text(Way()))]);
        return LastTurn(message, ChatMessage.Assistant(Summary(others)));
    }

    private CorpusConversation Revise(ArithmeticExpression expression)
    {
        // Half of the first answers are right, and are learned from like any solution.
        var taught = _random.Next(2) == 0;
        var own = taught ? WorkedSolution.Of(expression) : Shown(expression);
        var others = Others(expression);
        var summary = _random.NextDouble() < RawShare
            ? PromptSet.Join([.. others.Select(other => other.Text(Way()))])
            : Summary(others);
        var revised = _random.NextDouble() < mix.Checked
            ? WorkedSolution.Of(expression).Checked([own.Fifth, .. others.Select(other => other.Fifth)])
            : Solution(expression);
        var example = new ChatExample(
        [
            prompts.SolveMessage(Question(expression)),
            ChatMessage.Assistant(own.Text(Way())),
            prompts.ReviseMessage(summary),
            ChatMessage.Assistant(revised),
        ]);
        return new CorpusConversation(example, taught ? LossTarget.AllTurns : LossTarget.LastTurn);
    }

    /// <summary>One to four other agents' answers; most often two.</summary>
    private WorkedSolution[] Others(ArithmeticExpression expression)
    {
        int[] counts = [1, 2, 2, 2, 3, 4];
        return [.. Enumerable.Range(0, counts[_random.Next(counts.Length)]).Select(_ => Shown(expression))];
    }

    private string Solution(ArithmeticExpression expression) => WorkedSolution.Of(expression).Text(Way());

    private DifferenceWay Way() => _random.NextDouble() < mix.InColumns ? DifferenceWay.InColumns : DifferenceWay.AtOnce;

    /// <summary>An agent's answer to read: how confused its author is differs from agent to agent.</summary>
    private WorkedSolution Shown(ArithmeticExpression expression) =>
        WorkedSolution.Of(expression, new MistakeRates(MostConfused * _random.NextDouble(), OtherMistakes), _random);

    private static CorpusConversation LastTurn(params ChatMessage[] messages) => new(new ChatExample(messages), LossTarget.LastTurn);

    private static string Summary(IReadOnlyList<WorkedSolution> others) => PromptSet.Join([.. others.Select(other => other.Summary())]);

    private static string Question(ArithmeticExpression expression) => ArithmeticTask.ToProblem(expression).Question;
}
