using MultiagentFT.Debate.Prompts;

namespace MultiagentFT.Runs.Methods;

/// <summary>
/// Ablation: cooperative finetuning ("Cooperative (FT)" of the paper's appendix D and table 3, 3 agents and 2 rounds). The paper's own debate is competitive: critics are to check
/// their answers against the others'. Here they are to work together and join what the others found with what they have, in training and evaluation
/// (<see cref="PromptSet.Cooperate"/>, whose words are ours); rounds, votes and datasets are those of <see cref="MultiagentMethod"/>.
/// </summary>
internal static class CooperativeMethod
{
    public static Method Method { get; } = new()
    {
        Key = "multiagent-ft-cooperative",
        Title = "Cooperative multiagent finetuning",
        Description = "a society finetuned on debates whose agents work together instead of checking each other",
        Role = MethodRole.FinetunedAgent,
        StartsAs = CooperativeDebateMethod.Key,
        ByDefault = false,
        Protocol = context => context.Cooperating().Debate(),
        Learner = config => new MultiagentMethod.Learner(config),
        Check = MultiagentMethod.NeedsCritics,
    };
}
