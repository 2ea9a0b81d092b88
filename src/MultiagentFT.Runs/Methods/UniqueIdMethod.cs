namespace MultiagentFT.Runs.Methods;

/// <summary>
/// Ablation: no finetuning; every generator and every critic has an id of its own in its prompts, so that agents are told apart by them alone (paper, appendix E.2 and table 5).
/// </summary>
internal static class UniqueIdMethod
{
    public static Method Method { get; } = new()
    {
        Key = "debate-unique-id",
        Title = "Debate with unique ids",
        Description = "a debate whose agents each have an id of their own in their prompts",
        Role = MethodRole.Baseline,
        ByDefault = false,
        Protocol = context => context.WithIds().Debate(),
    };
}
