namespace MultiagentFT.Contracts.Generation;

/// <summary>How an OpenAI-compatible endpoint is used. API keys are never part of a configuration.</summary>
public sealed record RemoteOptions
{
    /// <summary>OpenAI's own endpoint.</summary>
    public const string OpenAi = "https://api.openai.com/v1";

    /// <summary>What paths such as <c>/chat/completions</c> come after. Default <see cref="OpenAi"/>.</summary>
    public string BaseUrl { get; init; } = OpenAi;

    /// <summary>Requests at a time. Range [1, 256]. Default 8.</summary>
    public int Concurrency { get; init; } = 8;

    /// <summary>Seconds that one attempt of a request may take. Range [1, 86 400]. Default 120.</summary>
    public int TimeoutSeconds { get; init; } = 120;

    /// <summary>Attempts after the first, with growing waits or as long ones as the endpoint asks for. Range [0, 100]. Default 5.</summary>
    public int Retries { get; init; } = 5;

    /// <summary>Tokens that may be spent: prompts, answers and trainings together. 1 or more. Default null: no bound.</summary>
    public long? TokenBudget { get; init; }

    /// <summary>Money that may be spent, in the currency of the prices. Above 0. Default null: no bound.</summary>
    public double? CostBudget { get; init; }

    /// <summary>Price of a million prompt tokens. 0 or more. Default null: not known.</summary>
    public double? InputPrice { get; init; }

    /// <summary>Price of a million generated tokens. 0 or more. Default null: not known.</summary>
    public double? OutputPrice { get; init; }

    /// <summary>Price of a million tokens that a finetuning job learns from, each epoch counted. 0 or more. Default null: not known.</summary>
    public double? TrainingPrice { get; init; }

    /// <summary>Multiplies the learning rate that the endpoint chooses. Above 0. Default null: what the endpoint has.</summary>
    public double? LearningRateMultiplier { get; init; }

    /// <summary>All that is out of range, one sentence each; empty when the options are valid.</summary>
    public IEnumerable<string> Validate()
    {
        if (!IsBaseUrl(BaseUrl)) yield return $"baseUrl: expected http(s)://HOST[:PORT]/PATH without user, query and fragment, found {BaseUrl}";
        if (Concurrency is < 1 or > 256) yield return $"concurrency: expected 1 to 256, found {Concurrency}";
        if (TimeoutSeconds is < 1 or > 86_400) yield return $"timeoutSeconds: expected 1 to 86400, found {TimeoutSeconds}";
        if (Retries is < 0 or > 100) yield return $"retries: expected 0 to 100, found {Retries}";
        if (TokenBudget is < 1) yield return $"tokenBudget: expected 1 or more, found {TokenBudget}";
        if (CostBudget is { } cost && !(cost > 0 && cost <= MostMoney)) yield return $"costBudget: expected above 0 and at most {MostMoney}, found {cost}";
        foreach (var (key, price) in ((string, double?)[])[("inputPrice", InputPrice), ("outputPrice", OutputPrice), ("trainingPrice", TrainingPrice)])
            if (price is { } found && !(found >= 0 && found <= MostMoney)) yield return $"{key}: expected 0 to {MostMoney}, found {found}";
        if (CostBudget is not null && (InputPrice is null || OutputPrice is null)) yield return "costBudget: expected inputPrice and outputPrice beside it, found none";
        if (LearningRateMultiplier is { } rate && !(rate > 0 && double.IsFinite(rate))) yield return $"learningRateMultiplier: expected above 0, found {rate}";
    }

    private const double MostMoney = 1e9;

    private static bool IsBaseUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
        && address.Host.Length > 0
        && address.UserInfo.Length == 0 && address.Query.Length == 0 && address.Fragment.Length == 0;
}
