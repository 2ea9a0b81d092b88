namespace MultiagentFT.Training.Pretraining;

/// <summary>How often a step of a <see cref="WorkedSolution"/> goes wrong. All in [0, 1].</summary>
/// <param name="Careless">Probability that a product or a sum of 10 or more is a ten short: a forgotten carry.</param>
/// <param name="Confused">Probability that any other product or sum is off by a one, a ten, a hundred or one of the factors.</param>
/// <param name="Difference">The same of the difference.</param>
public readonly record struct MistakeRates(double Careless, double Confused, double Difference);
