namespace MultiagentFT.Contracts.Training;

/// <summary>The learning rate after warm-up.</summary>
public enum LearningRateSchedule
{
    /// <summary>The learning rate stays at its peak.</summary>
    Constant,

    /// <summary>It falls linearly to 0.</summary>
    Linear,

    /// <summary>It falls to 0 along half a cosine.</summary>
    Cosine,
}
