using MultiagentFT.Debate.Tasks.Words;
using MultiagentFT.Foundation;

namespace MultiagentFT.Training.Pretraining;

/// <summary>Word problems worked out: a line for every step.</summary>
internal static class WordProblemSolution
{
    /// <summary>Each step may be wrong, or done the other way round, and the later ones build on it.</summary>
    public static SteppedSolution Of(WordProblem problem, MistakeRates rates, SplitMix64 random)
    {
        var slips = new Slips(rates, random, [problem.Start, .. problem.Steps.Select(step => step.Amount)]);
        var writer = new SolutionWriter(slips);
        var value = problem.Start;
        foreach (var step in problem.Steps)
        {
            var isAdded = step.Operation == WordOperation.Add;
            value = step.Operation switch
            {
                WordOperation.Multiply => writer.Product(value, step.Amount),
                WordOperation.Divide => writer.Quotient(value, step.Amount),
                _ when value >= step.Amount && slips.Misreads() != isAdded => writer.Sum(value, step.Amount),
                _ when value >= step.Amount => writer.Difference(value, step.Amount),
                _ => writer.Sum(value, step.Amount),
            };
        }
        return writer.End(value);
    }
}
