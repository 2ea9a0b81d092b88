namespace MultiagentFT.Cli.Options;

/// <summary>Which of TRL's formats preferences are written in.</summary>
internal enum PreferenceFormat
{
    /// <summary>prompt, chosen, rejected.</summary>
    Pairs,

    /// <summary>prompt, completion, label.</summary>
    Labels,
}
