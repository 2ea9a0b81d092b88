using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Debate.Prompts;
using MultiagentFT.Foundation;

namespace MultiagentFT.Training.Pretraining;

/// <summary>
/// Conversations of debates about the pretraining split of one family of problems: solutions, summaries of several agents' answers, and revisions of an
/// answer in the light of such a summary, some of it wrong. Like text that people write, the solutions and revisions that it teaches have careless
/// mistakes in them, or show how a thing is done and then seldom do it: <see cref="CorpusMix"/>.
/// </summary>
/// <param name="prompts">The prompts that the debate uses.</param>
/// <param name="mix">What it is made of.</param>
/// <param name="random">Determines the stream.</param>
public abstract class DebateCorpus<TProblem>(PromptSet prompts, CorpusMix mix, SplitMix64 random) : ICorpus
{
    private const double SolveShare = 0.78;
    private const double SummarizeShare = 0.05;

    /// <summary>Share of revisions that show the other agents' whole answers instead of a summary.</summary>
    private const double RawShare = 0.1;

    protected PromptSet Prompts => prompts;

    protected CorpusMix Mix => mix;

    protected SplitMix64 Random => random;

    public virtual CorpusConversation Next() => About(Draw());

    /// <summary>A problem of the pretraining split.</summary>
    protected abstract TProblem Draw();

    protected abstract string Question(TProblem problem);

    /// <summary>A solution with mistakes at these rates.</summary>
    protected abstract IWorkedSolution Solve(TProblem problem, MistakeRates rates);

    protected CorpusConversation About(TProblem problem)
    {
        var kind = random.NextDouble();
        if (kind < SolveShare) return Solution(problem);
        return kind < SolveShare + SummarizeShare ? Summarize(problem) : Revise(problem);
    }

    protected static CorpusConversation LastTurn(params ChatMessage[] messages) => new(new ChatExample(messages), LossTarget.LastTurn);

    private CorpusConversation Solution(TProblem problem) =>
        LastTurn(prompts.SolveMessage(Question(problem)), ChatMessage.Assistant(Text(Written(problem), mix.InColumns)));

    private CorpusConversation Summarize(TProblem problem)
    {
        var others = Others(problem);
        var message = prompts.SummarizeMessage(Question(problem), [.. others.Select(Told)]);
        return LastTurn(message, ChatMessage.Assistant(Summary(others)));
    }

    private CorpusConversation Revise(TProblem problem)
    {
        // Half of the first answers are as good as any solution, and are learned from like one.
        var taught = random.Next(2) == 0;
        var own = taught ? Written(problem) : Shown(problem);
        var others = Others(problem);
        var summary = random.NextDouble() < RawShare
            ? PromptSet.Join([.. others.Select(Told)])
            : Summary(others);
        var contested = others.Any(other => other.Answer != own.Answer);
        var example = new ChatExample(
        [
            prompts.SolveMessage(Question(problem)),
            ChatMessage.Assistant(Told(own)),
            prompts.ReviseMessage(summary),
            ChatMessage.Assistant(Text(Written(problem), contested ? mix.ContestedInColumns : mix.InColumns)),
        ]);
        return new CorpusConversation(example, taught ? LossTarget.AllTurns : LossTarget.LastTurn);
    }

    /// <summary>One to four other agents' answers; most often two.</summary>
    private IWorkedSolution[] Others(TProblem problem)
    {
        int[] counts = [1, 2, 2, 2, 3, 4];
        return [.. Enumerable.Range(0, counts[random.Next(counts.Length)]).Select(_ => Shown(problem))];
    }

    /// <summary>A solution to learn from.</summary>
    private IWorkedSolution Written(TProblem problem) => Solve(problem, new MistakeRates(mix.CarelessMistakes, 0, 0));

    /// <summary>An agent's answer to read: how confused its author is differs from agent to agent.</summary>
    private IWorkedSolution Shown(TProblem problem)
    {
        var confusion = random.NextDouble();
        return Solve(problem, new MistakeRates(mix.CarelessMistakes, CorpusMix.MostConfused * confusion, mix.WrongDifferences * confusion));
    }

    /// <summary>An answer as its author wrote it. Who works in columns gets the differences right.</summary>
    private string Told(IWorkedSolution solution) => Text(solution, solution.TakesDifferencesRight ? mix.InColumns : 0);

    private string Text(IWorkedSolution solution, double inColumns) =>
        solution.Text(inColumns > 0 && random.NextDouble() < inColumns ? DifferenceWay.InColumns : DifferenceWay.AtOnce);

    private static string Summary(IReadOnlyList<IWorkedSolution> others) => PromptSet.Join([.. others.Select(other => other.Summary())]);
}
