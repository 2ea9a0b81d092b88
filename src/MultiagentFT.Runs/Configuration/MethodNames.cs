namespace MultiagentFT.Runs.Configuration;

/// <summary>How methods are written in files and reports, and which of them learn.</summary>
public static class MethodNames
{
    /// <summary>The name in JSON and file names, such as <c>multiagent-ft</c>.</summary>
    public static string Key(this Method method) => method switch
    {
        Method.Base => "base",
        Method.Majority => "majority",
        Method.Debate => "debate",
        Method.SingleAgentFt => "single-agent-ft",
        Method.MultiagentFt => "multiagent-ft",
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "unknown method"),
    };

    /// <summary>Whether the method trains adapters.</summary>
    public static bool IsFinetuned(this Method method) => method is Method.SingleAgentFt or Method.MultiagentFt;

    /// <summary>The name for readers, such as <c>Multiagent finetuning</c>.</summary>
    public static string Title(this Method method) => method switch
    {
        Method.Base => "Base",
        Method.Majority => "Majority",
        Method.Debate => "Debate",
        Method.SingleAgentFt => "Single-agent finetuning",
        Method.MultiagentFt => "Multiagent finetuning",
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "unknown method"),
    };
}
