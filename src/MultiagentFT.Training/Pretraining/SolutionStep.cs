namespace MultiagentFT.Training.Pretraining;

/// <summary>A line of a <see cref="SteppedSolution"/>.</summary>
/// <param name="Text">Such as <c>61-12=49</c>.</param>
/// <param name="Result">What stands behind the sign.</param>
internal readonly record struct SolutionStep(string Text, string Result)
{
    /// <summary>The same in columns, to be written before it; empty where there is no difference that is worth it.</summary>
    public string Columns { get; init; } = "";

    /// <summary>Whether it is no difference, or a right one.</summary>
    public bool IsNoWrongDifference { get; init; } = true;
}
