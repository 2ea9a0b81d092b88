namespace MultiagentFT.Cli.Options;

/// <summary>Datasets that are made of feedback, by the objective that learns from them.</summary>
internal enum FeedbackFormat
{
    /// <summary>Pairs: prompt, chosen, rejected.</summary>
    Dpo,

    /// <summary>Single answers: prompt, completion, label.</summary>
    Kto,
}
