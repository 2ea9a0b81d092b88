namespace MultiagentFT.Runs.Methods;

/// <summary>As many answers as <see cref="EqualTokensMethod"/> takes, at the temperature at which the base model votes best.</summary>
internal static class BestTemperatureMethod
{
    public static Method Method { get; } = new()
    {
        Key = MethodCatalog.BestTemperature,
        Title = "Majority at equal tokens, best temperature",
        Description = "the same vote at the temperature of --best-temperature, chosen on the development split",
        Role = MethodRole.Baseline,
        After = [DebateMethod.Key],
        Protocol = context => context.At(context.BestTemperature).Samples(EqualTokensMethod.Answers(context)),
    };
}
