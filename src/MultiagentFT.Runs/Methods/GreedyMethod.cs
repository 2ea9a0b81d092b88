namespace MultiagentFT.Runs.Methods;

/// <summary>One answer at temperature 0: what a user of the base model gets who does not sample.</summary>
internal static class GreedyMethod
{
    public const string Key = "greedy";

    public static Method Method { get; } = new()
    {
        Key = Key,
        Title = "Greedy",
        Description = "one answer at temperature 0",
        Role = MethodRole.Baseline,
        Reads = DebateParts.None,
        Protocol = context => context.Greedy(),
    };
}
