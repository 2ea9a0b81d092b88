namespace MultiagentFT.Runs.Methods;

/// <summary>Ablation: critics read the other agents' answers themselves (paper, section 4.4).</summary>
internal static class NoSummaryMethod
{
    public static Method Method { get; } = new()
    {
        Key = "multiagent-ft-no-summary",
        Title = "Multiagent finetuning without summaries",
        Description = "critics read the answers themselves, in training and evaluation",
        Role = MethodRole.FinetunedAgent,
        StartsAs = DebateMethod.Key,
        ByDefault = false,
        Protocol = context => context.WithoutSummary().Debate(),
        Learner = config => new MultiagentMethod.Learner(config),
        Check = MultiagentMethod.NeedsCritics,
    };
}
