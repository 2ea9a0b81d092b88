namespace MultiagentFT.Runs.Methods;

/// <summary>Ablation: a debate whose agents work together, before any finetuning ("Cooperative (Base)" of the paper's table 3); see <see cref="CooperativeMethod"/>.</summary>
internal static class CooperativeDebateMethod
{
    public const string Key = "debate-cooperative";

    public static Method Method { get; } = new()
    {
        Key = Key,
        Title = "Cooperative debate",
        Description = "a debate whose agents work together instead of checking each other",
        Role = MethodRole.Baseline,
        ByDefault = false,
        Protocol = context => context.Cooperating().Debate(),
    };
}
