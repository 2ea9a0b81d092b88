namespace MultiagentFT.Training.Pretraining;

/// <summary>How a solution takes the difference.</summary>
public enum DifferenceWay
{
    /// <summary>In one step: short, and the step where a small model errs most.</summary>
    AtOnce,

    /// <summary>The hundreds, tens and ones of the smaller number are taken from the larger one after another: longer, each step easy.</summary>
    ByParts,
}
