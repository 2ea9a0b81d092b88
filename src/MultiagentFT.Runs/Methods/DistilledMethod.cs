using MultiagentFT.Debate.Datasets;

namespace MultiagentFT.Runs.Methods;

/// <summary>
/// One adapter that learns the society's last answers: what debates found, at the price of one answer. It learns from the debates of the
/// society's own training problems.
/// </summary>
internal static class DistilledMethod
{
    public static Method Method { get; } = new()
    {
        Key = "multiagent-ft-distilled",
        Title = "Society distilled into one agent",
        Description = "one agent learns the last answers of the society's debates; one greedy answer",
        Role = MethodRole.FinetunedAgent,
        LearnsFrom = MultiagentMethod.Key,
        StartsAs = GreedyMethod.Key,
        ByDefault = false,
        Reads = DebateParts.None,
        Protocol = context => context.Greedy(),
        Learner = config => new OneAgentLearner(
            config,
            "distilled",
            _ => config.Datasets.MinimumVotes,
            (debates, task, votes) => DistillationDataset.Of(debates, task, votes, config.Prompts.Beginning)),
    };
}
