using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Voting;
using MultiagentFT.Runs.Configuration;

namespace MultiagentFT.Cli.Options;

/// <summary>The shape of a debate as options.</summary>
internal static class DebateSettings
{
    public static Settings<DebateOptions> Create() => new Settings<DebateOptions>(new DebateConfig().Debate)
        .Number("--agents", "Agents that answer, and as many critics: 1 to 64",
            debate => debate.Agents, (debate, value) => debate with { Agents = value })
        .Number("--rounds", "Rounds; the first answers, later ones revise: 1 to 16",
            debate => debate.Rounds, (debate, value) => debate with { Rounds = value })
        .Choice<DebateStop>("--stop", "When a debate ends before its last round: never, once all agree, or once nothing changes either",
            debate => debate.Stop, (debate, value) => debate with { Stop = value })
        .Choice<VoteWeight>("--vote-weight", "What an answer counts in a vote: as much as every other, or the exponential of the mean log-probability of its tokens",
            debate => debate.VoteWeight, (debate, value) => debate with { VoteWeight = value })
        .Flag("--no-summary", "Critics read the other answers themselves, not a summary", debate => debate with { Summarize = false })
        .Number("--max-new-tokens", "Tokens of one answer, at most",
            debate => debate.MaxNewTokens, (debate, value) => debate with { MaxNewTokens = value })
        .Include(Sampling(), debate => debate.Sampling, (debate, sampling) => debate with { Sampling = sampling });

    private static Settings<SamplingOptions> Sampling() => new Settings<SamplingOptions>(new SamplingOptions())
        .Number("--temperature", "0 takes the most likely token",
            sampling => sampling.Temperature, (sampling, value) => sampling with { Temperature = value })
        .Number("--top-k", "Only the k most likely tokens; 0 keeps all",
            sampling => sampling.TopK, (sampling, value) => sampling with { TopK = value })
        .Number("--top-p", "Only the most likely tokens that reach this probability",
            sampling => sampling.TopP, (sampling, value) => sampling with { TopP = value })
        .Number("--min-p", "No tokens less likely than this times the most likely",
            sampling => sampling.MinP, (sampling, value) => sampling with { MinP = value });
}
