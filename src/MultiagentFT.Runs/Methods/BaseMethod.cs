namespace MultiagentFT.Runs.Methods;

/// <summary>One sampled answer.</summary>
internal static class BaseMethod
{
    public static Method Method { get; } = new()
    {
        Key = "base",
        Title = "Base",
        Description = "one answer",
        Role = MethodRole.Baseline,
        Reads = DebateParts.Sampling,
        Protocol = context => context.Samples(1),
    };
}
