using MultiagentFT.Debate.Prompts;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Tasks.Words;
using MultiagentFT.Foundation;

namespace MultiagentFT.Training.Pretraining;

/// <summary>Word problems.</summary>
/// <inheritdoc cref="ArithmeticCorpus"/>
public sealed class WordProblemCorpus(PromptSet prompts, CorpusMix mix, Seed seed)
    : DebateCorpus<WordProblem>(prompts, mix, seed.Of("word-problem-corpus").Generator())
{
    protected override WordProblem Draw() => WordProblem.Draw(Split.Pretraining, Random);

    protected override string Question(WordProblem problem) => problem.Question;

    protected override IWorkedSolution Solve(WordProblem problem, MistakeRates rates) => WordProblemSolution.Of(problem, rates, Random);
}
