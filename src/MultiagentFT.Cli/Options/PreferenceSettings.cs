using MultiagentFT.Runs.Configuration;

namespace MultiagentFT.Cli.Options;

/// <summary>How agents are trained that learn what debates prefer, as options.</summary>
internal static class PreferenceSettings
{
    public static Settings<PreferenceOptions> Create() => new Settings<PreferenceOptions>(new PreferenceOptions())
        .Text("--preference-objective", "Of methods that learn preferences: what is minimized", "dpo|dpo-norm",
            preferences => preferences.Objective, (preferences, value) => preferences with { Objective = value })
        .Number("--preference-learning-rate", "Of methods that learn preferences: peak learning rate",
            preferences => preferences.LearningRate, (preferences, value) => preferences with { LearningRate = value })
        .Number("--preference-epochs", "Of methods that learn preferences: passes over the pairs",
            preferences => preferences.Epochs, (preferences, value) => preferences with { Epochs = value })
        .Number("--preference-beta", "Of methods that learn preferences: what a difference from the weights before counts",
            preferences => preferences.Beta, (preferences, value) => preferences with { Beta = value });
}
