namespace MultiagentFT.Runs.Methods;

/// <summary>One greedy answer of the finetuned society's first generator: what finetuning gives without the debate at inference.</summary>
internal static class MultiagentGreedyMethod
{
    public static Method Method { get; } = new()
    {
        Key = "multiagent-ft-greedy-one",
        Title = "Multiagent finetuning, one greedy answer",
        Description = "one answer of the finetuned society's first generator at temperature 0",
        Role = MethodRole.Variant,
        WeightsOf = MultiagentMethod.Key,
        StartsAs = GreedyMethod.Key,
        Reads = DebateParts.None,
        Protocol = context => context.Greedy(),
    };
}
