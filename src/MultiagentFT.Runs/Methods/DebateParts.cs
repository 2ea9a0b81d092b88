namespace MultiagentFT.Runs.Methods;

/// <summary>Parts of a debate's options that a method reads; the others would be ignored.</summary>
[Flags]
public enum DebateParts
{
    None = 0,

    /// <summary>The number of agents.</summary>
    Agents = 1,

    /// <summary>The number of rounds, and whether there are summaries.</summary>
    Rounds = 2,

    /// <summary>Temperature and the filters of sampling.</summary>
    Sampling = 4,

    All = Agents | Rounds | Sampling,
}
