namespace MultiagentFT.Training.Pretraining;

/// <summary>How often a step of a <see cref="WorkedSolution"/> is wrong. Both in [0, 1].</summary>
/// <param name="Difference">Of the difference.</param>
/// <param name="Other">Of each product and sum.</param>
public readonly record struct MistakeRates(double Difference, double Other);
