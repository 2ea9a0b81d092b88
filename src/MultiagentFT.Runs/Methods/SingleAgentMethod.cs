using MultiagentFT.Debate.Datasets;

namespace MultiagentFT.Runs.Methods;

/// <summary>
/// Single-agent finetuning ("Majority FT"): one agent learns from all its samples that agree with their vote, and votes over as many as
/// generate the tokens of the society's debate. It trains on no more tokens than the society does.
/// </summary>
internal static class SingleAgentMethod
{
    public const string Key = "single-agent-ft";

    public static Method Method { get; } = new()
    {
        Key = Key,
        Title = "Single-agent finetuning",
        Description = "one agent finetuned on its answers that match their vote; votes over as many tokens as the society",
        Role = MethodRole.FinetunedAgent,
        StartsAs = "majority-equal-tokens",
        After = [DebateMethod.Key, MultiagentMethod.Key],
        TrainsNoMoreThan = MultiagentMethod.Key,
        Protocol = context => context.Samples(EqualTokensMethod.Answers(context, MultiagentMethod.Key, Key)),
        Learner = config => new OneAgentLearner(
            config,
            "single-agent",
            debates => debates.Count == 0 ? 1 : config.Datasets.VotesOf(config.Debate.Agents, debates[0].LastAnswers),
            (debates, task, votes) => MajorityDataset.Of(debates, task, votes, config.Prompts.Beginning)),
    };
}
