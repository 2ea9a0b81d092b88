namespace MultiagentFT.Training.Pretraining;

/// <summary>How a solution takes the difference.</summary>
public enum DifferenceWay
{
    /// <summary>In one step: short, and the step where a small model errs most.</summary>
    AtOnce,

    /// <summary>Digit by digit from the right, as taught at school: long, but of easy steps that recur in every problem.</summary>
    InColumns,
}
