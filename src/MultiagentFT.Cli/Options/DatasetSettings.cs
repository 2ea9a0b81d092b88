using MultiagentFT.Debate.Datasets;

namespace MultiagentFT.Cli.Options;

/// <summary>How datasets are built, as options.</summary>
internal static class DatasetSettings
{
    public static Settings<DatasetOptions> Create() => new Settings<DatasetOptions>(new DatasetOptions())
        .Number(
            "--critic-negative-share",
            "Share of a critic's examples whose first answer differs from the vote, 0 to 1",
            datasets => datasets.CriticNegativeShare ?? 0,
            (datasets, value) => datasets with { CriticNegativeShare = value })
        .Flag("--all-critic-examples", "All of a critic's examples, whatever their mixture",
            datasets => datasets with { CriticNegativeShare = null });
}
