using MultiagentFT.Debate.Prompts;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Debate.Tasks.Symbolic;
using MultiagentFT.Foundation;

namespace MultiagentFT.Training.Pretraining;

/// <summary>Symbolic problems.</summary>
/// <inheritdoc cref="ArithmeticCorpus"/>
public sealed class SymbolicCorpus(PromptSet prompts, CorpusMix mix, Seed seed)
    : DebateCorpus<SymbolicProblem>(prompts, mix, seed.Of("symbolic-corpus").Generator())
{
    protected override SymbolicProblem Draw() => SymbolicProblem.Draw(Split.Pretraining, Random);

    protected override string Question(SymbolicProblem problem) => problem.Question;

    protected override IWorkedSolution Solve(SymbolicProblem problem, MistakeRates rates) => SymbolicSolution.Of(problem, rates, Random);
}
