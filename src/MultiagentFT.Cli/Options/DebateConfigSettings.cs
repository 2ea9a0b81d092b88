using MultiagentFT.Debate.Tasks.Grading;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;

namespace MultiagentFT.Cli.Options;

/// <summary>What a debate needs, as options.</summary>
internal static class DebateConfigSettings
{
    public static Settings<DebateConfig> Create() => new Settings<DebateConfig>(new DebateConfig())
        .Text("--model", "GGUF file of the base model, arithmetic-3m or families-3m, or openai:NAME of one that an OpenAI-compatible endpoint serves [default: arithmetic-3m, the embedded one]", TypedOption.Model,
            config => config.Model, (config, value) => config with { Model = FullPath(value) })
        .Number("--seed", "Every random decision derives from it", config => config.Seed, (config, value) => config with { Seed = value })
        .Text("--system", "System turn before every conversation [default: what the chat template has]", "text",
            config => config.Prompts.System, (config, value) => config with { Prompts = config.Prompts with { System = value } })
        .Text("--few-shot", "Example turns before every first prompt: a JSON list, or JSON Lines, of {\"role\", \"content\"}, a user's and an assistant's by turns; a system turn may come first", "file",
            _ => "", (config, value) => config with { Prompts = config.Prompts.WithFewShot(value) })
        .Choice<GradingMode>("--grading", "Equal answers: by mathematics, or by the strict rules of PRM800K's grader",
            config => config.Grading, (config, value) => config with { Grading = value })
        .Include(DebateSettings.Create(), config => config.Debate, (config, value) => config with { Debate = value })
        .Include(EngineSettings.Create(), config => config.Engine, (config, value) => config with { Engine = value })
        .Include(RemoteSettings.Create(), config => config.Remote, (config, value) => config with { Remote = value });

    /// <summary>Run folders hold absolute paths: the same command continues from any current folder.</summary>
    private static string FullPath(string value) => value.Length == 0 ? value : ModelPath.Map(value, Path.GetFullPath);
}
