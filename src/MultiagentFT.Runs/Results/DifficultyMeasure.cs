namespace MultiagentFT.Runs.Results;

/// <summary>What tells how hard a problem is.</summary>
public enum DifficultyMeasure
{
    /// <summary>The level that its file gives it.</summary>
    Level,

    /// <summary>How many of the base model's sampled answers to it are right.</summary>
    BaseAnswers,
}
