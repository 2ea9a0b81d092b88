namespace MultiagentFT.Runs.Methods;

/// <summary>Debate of N agents over M rounds, vote at the end.</summary>
internal static class DebateMethod
{
    public const string Key = "debate";

    public static Method Method { get; } = new()
    {
        Key = Key,
        Title = "Debate",
        Description = "agents answer, critics revise, the last round votes",
        Role = MethodRole.Baseline,
        Protocol = context => context.Debate(),
    };
}
