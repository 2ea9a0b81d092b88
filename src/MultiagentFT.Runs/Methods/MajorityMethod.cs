namespace MultiagentFT.Runs.Methods;

/// <summary>Vote over N answers (self-consistency).</summary>
internal static class MajorityMethod
{
    public const string Key = "majority";

    public static Method Method { get; } = new()
    {
        Key = Key,
        Title = "Majority",
        Description = "a vote over as many answers as agents",
        Role = MethodRole.Baseline,
        Reads = DebateParts.Agents | DebateParts.Sampling,
        Protocol = context => context.Samples(context.Config.Debate.Agents),
    };
}
