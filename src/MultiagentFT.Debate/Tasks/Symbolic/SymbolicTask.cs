using MultiagentFT.Debate.Tasks.Grading;

namespace MultiagentFT.Debate.Tasks.Symbolic;

/// <summary>Generated equations, remainders, common divisors and sums of fractions.</summary>
public sealed class SymbolicTask(GradingMode mode = GradingMode.Default)
    : GeneratedTask<SymbolicProblem>(TaskCatalog.Symbolic, mode, SymbolicProblem.Draw);
