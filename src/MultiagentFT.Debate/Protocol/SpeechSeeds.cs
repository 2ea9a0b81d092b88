using MultiagentFT.Foundation;

namespace MultiagentFT.Debate.Protocol;

/// <summary>
/// The seed of every random decision about one problem. It depends on the problem, the round and the agent and on
/// nothing else, so chunks, resumed runs and the methods that are compared draw alike.
/// </summary>
internal readonly record struct SpeechSeeds(Seed Root, string ProblemId)
{
    public Seed Answer(int round, int agent) => Of("answer", round, agent);

    public Seed Summary(int round, int agent) => Of("summary", round, agent);

    /// <summary>The order in which a critic reads the others' answers when nobody summarizes them.</summary>
    public Seed Order(int round, int agent) => Of("order", round, agent);

    /// <summary>The tie-break after a round.</summary>
    public Seed Vote(int round) => Root.Of(ProblemId).Of("vote").Of(round);

    private Seed Of(string what, int round, int agent) => Root.Of(ProblemId).Of(what).Of(round).Of(agent);
}
