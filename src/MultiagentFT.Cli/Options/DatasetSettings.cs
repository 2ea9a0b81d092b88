using System.CommandLine;
using MultiagentFT.Debate.Datasets;
using MultiagentFT.Runs.Configuration;

namespace MultiagentFT.Cli.Options;

/// <summary>How datasets are built, as options.</summary>
internal static class DatasetSettings
{
    private const string Share = "--critic-negative-share";
    private const string All = "--all-critic-examples";
    private const string Votes = "--minimum-votes";

    /// <exception cref="Foundation.InputException">Two options contradict each other.</exception>
    public static void Check(ParseResult parsed) => IgnoredOptions.RefuseBoth(parsed, Share, All);

    /// <exception cref="Foundation.InputException">More agents are asked to agree than vote.</exception>
    public static void CheckVotes(ParseResult parsed, DatasetOptions options, int agents)
    {
        if (IgnoredOptions.IsGiven(parsed, Votes) && options.MinimumVotes > agents)
            throw new Foundation.InputException(Votes, null, $"1 to the {agents} agents that vote", $"{options.MinimumVotes}");
    }

    public static Settings<DatasetOptions> Create() => new Settings<DatasetOptions>(new RunConfig().Datasets)
        .Number(
            Share,
            "Share of a critic's examples whose first answer differs from the vote, 0 to 1; the paper's is 0.5",
            datasets => datasets.CriticNegativeShare ?? 0,
            (datasets, value) => datasets with { CriticNegativeShare = value })
        .Flag(All, "All of a critic's examples, whatever their mixture",
            datasets => datasets with { CriticNegativeShare = null })
        .Number(Votes, "Agents that have to stand behind a vote for its debate to teach; 1 is the paper's way",
            datasets => datasets.MinimumVotes, (datasets, value) => datasets with { MinimumVotes = value })
        .Choice<GeneratorTarget>("--generator-target", "The answer that a generator learns where it agrees with the vote: its first, as in the paper, that with which it left the debate, or the latter only where it changed its mind",
            datasets => datasets.GeneratorTarget, (datasets, value) => datasets with { GeneratorTarget = value })
        .Flag("--contested", "Only debates teach whose first answers differ", datasets => datasets with { Contested = true });
}
