namespace MultiagentFT.Runs.Methods;

/// <summary>Ablation: a debate among copies of the single finetuned agent (paper, section 4.4).</summary>
internal static class SingleAgentDebateMethod
{
    public static Method Method { get; } = new()
    {
        Key = "single-agent-ft-debate",
        Title = "Single-agent finetuning with debate",
        Description = "copies of the single finetuned agent debate",
        Role = MethodRole.Variant,
        WeightsOf = SingleAgentMethod.Key,
        StartsAs = DebateMethod.Key,
        ByDefault = false,
        Protocol = context => context.FirstForAll().Debate(),
    };
}
