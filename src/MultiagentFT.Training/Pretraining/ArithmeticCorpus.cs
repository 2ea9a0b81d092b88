using System.Globalization;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Prompts;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Foundation;

namespace MultiagentFT.Training.Pretraining;

/// <summary>Arithmetic, and drills in columns.</summary>
/// <inheritdoc cref="DebateCorpus{TProblem}"/>
/// <param name="prompts">The prompts that the debate uses.</param>
/// <param name="mix">What it is made of.</param>
/// <param name="seed">Determines the stream.</param>
public sealed class ArithmeticCorpus(PromptSet prompts, CorpusMix mix, Seed seed)
    : DebateCorpus<ArithmeticExpression>(prompts, mix, seed.Of("arithmetic-corpus").Generator())
{
    public override CorpusConversation Next()
    {
        var expression = Draw();
        return Mix.Drills > 0 && Random.NextDouble() < Mix.Drills ? Drill(expression) : About(expression);
    }

    protected override ArithmeticExpression Draw() => ArithmeticExpression.Draw(Split.Pretraining, Random);

    protected override string Question(ArithmeticExpression problem) => ArithmeticTask.ToProblem(problem).Question;

    protected override IWorkedSolution Solve(ArithmeticExpression problem, MistakeRates rates) => WorkedSolution.Of(problem, rates, Random);

    private CorpusConversation Drill(ArithmeticExpression expression)
    {
        var solution = WorkedSolution.Of(expression);
        var question = string.Create(CultureInfo.InvariantCulture, $"What is {solution.Fourth}-{solution.Second}?");
        return LastTurn(Prompts.SolveMessage(question), ChatMessage.Assistant(solution.Difference(DifferenceWay.InColumns)));
    }
}
