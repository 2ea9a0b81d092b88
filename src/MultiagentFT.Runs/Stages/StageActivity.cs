namespace MultiagentFT.Runs.Stages;

/// <summary>What a stage does.</summary>
public enum StageActivity
{
    /// <summary>Answers the evaluation problems.</summary>
    Evaluation,

    /// <summary>Answers the training problems, from which datasets are made.</summary>
    Training,

    /// <summary>Makes datasets of those answers.</summary>
    Datasets,

    /// <summary>Trains adapters.</summary>
    Finetuning,

    /// <summary>Measures how different the agents of an evaluation's debates are.</summary>
    Diversity,
}
