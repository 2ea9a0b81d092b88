using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Cli.Options;

/// <summary>How remote models are asked, as options.</summary>
internal static class RemoteSettings
{
    public const string BaseUrl = "--base-url";

    public static Settings<RemoteOptions> Create() => new Settings<RemoteOptions>(new RemoteOptions())
        .Text(BaseUrl, "Endpoint of remote models: OpenAI's, or one that speaks its API (Ollama, vLLM, llama.cpp)", "url",
            remote => remote.BaseUrl, (remote, value) => remote with { BaseUrl = value })
        .Number("--concurrency", "Remote requests at a time", remote => remote.Concurrency, (remote, value) => remote with { Concurrency = value })
        .Number("--timeout", "Seconds that one attempt of a remote request may take",
            remote => remote.TimeoutSeconds, (remote, value) => remote with { TimeoutSeconds = value })
        .Number("--retries", "Attempts of a remote request after the first", remote => remote.Retries, (remote, value) => remote with { Retries = value })
        .Number("--token-budget", "Remote tokens that may be spent: prompts, answers and trainings [default: no bound]",
            remote => remote.TokenBudget ?? 0, (remote, value) => remote with { TokenBudget = value }, showsDefault: false)
        .Number("--cost-budget", "Money that may be spent on remote models, in the currency of the prices [default: no bound]",
            remote => remote.CostBudget ?? 0, (remote, value) => remote with { CostBudget = value }, showsDefault: false)
        .Number("--input-price", "Price of a million remote prompt tokens",
            remote => remote.InputPrice ?? 0, (remote, value) => remote with { InputPrice = value }, showsDefault: false)
        .Number("--output-price", "Price of a million remote answer tokens",
            remote => remote.OutputPrice ?? 0, (remote, value) => remote with { OutputPrice = value }, showsDefault: false)
        .Number("--training-price", "Price of a million tokens that a remote finetuning job learns from",
            remote => remote.TrainingPrice ?? 0, (remote, value) => remote with { TrainingPrice = value }, showsDefault: false)
        .Number("--learning-rate-multiplier", "Of remote finetuning jobs [default: the endpoint's]",
            remote => remote.LearningRateMultiplier ?? 0, (remote, value) => remote with { LearningRateMultiplier = value }, showsDefault: false);
}
