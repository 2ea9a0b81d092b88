using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Protocols;
using MultiagentFT.Runs.Results;

namespace MultiagentFT.Runs.Methods;

/// <summary>What a method answers with.</summary>
/// <param name="Config">Prompts, sampling, shape of the debate.</param>
/// <param name="Task">Extracts and compares answers.</param>
/// <param name="Society">The agents; methods without a debate take the first generator.</param>
/// <param name="Measured">The run's evaluations so far.</param>
public sealed record AnswerContext(DebateConfig Config, IDebateTask Task, Society Society, IReadOnlyList<Evaluation> Measured)
{
    /// <summary>The temperature at which votes of the base model are best.</summary>
    public float BestTemperature { get; init; } = AnsweringConfig.DefaultBestTemperature;

    /// <summary>The first generator; the untrained one of a society is the base model, whose samples have no name of their own.</summary>
    private DebateAgent First =>
        Society.Generators[0] is { Adapter: null } agent && agent.Name == Society.GeneratorName(0) ? agent with { Name = "base" } : Society.Generators[0];

    /// <summary>The society debates, and the last round votes.</summary>
    public IProtocol Debate() => new DebateProtocol(Config, Task, Society);

    /// <summary>The same without summaries: critics read the answers themselves.</summary>
    public AnswerContext WithoutSummary() => this with { Config = Config with { Debate = Config.Debate with { Summarize = false } } };

    /// <summary>The same with prompts by which agents work together.</summary>
    public AnswerContext Cooperating() => this with { Config = Config with { Prompts = Config.Prompts with { Revise = Config.Prompts.Cooperate } } };

    /// <summary>The same with an id for every agent, of which its prompts tell it.</summary>
    public AnswerContext WithIds() => this with { Society = Society.WithIds() };

    /// <summary>The first generator in place of every agent.</summary>
    public AnswerContext FirstForAll()
    {
        DebateAgent[] agents = [.. Enumerable.Repeat(First, Config.Debate.Agents)];
        return this with { Society = new Society(agents, agents) };
    }

    /// <summary>The first generator answers some times, and the answers vote.</summary>
    public IProtocol Samples(int answers) => new SamplingProtocol(Config, Task, First, answers);

    /// <summary>The first generator answers, and again with the right answer as a hint where it was wrong.</summary>
    public IProtocol Hinted() => new HintProtocol(Config, Task, First);

    /// <summary>The first generator's most likely answer.</summary>
    public IProtocol Greedy() => With(SamplingOptions.Greedy).Samples(1);

    /// <summary>The same at another temperature.</summary>
    public AnswerContext At(float temperature) => With(Config.Debate.Sampling with { Temperature = temperature });

    private AnswerContext With(SamplingOptions sampling) => this with { Config = Config with { Debate = Config.Debate with { Sampling = sampling } } };
}
