namespace MultiagentFT.Benchmarks.Reporting;

/// <summary>Tokens that one invocation of a benchmark handles, by class and parameters; benchmarks run in this process.</summary>
internal static class TokenCounts
{
    private static readonly Dictionary<string, long> Counts = [];

    public static void Set(Type benchmark, string parameters, long tokens) => Counts[benchmark.Name + parameters] = tokens;

    public static long? Find(Type benchmark, string parameters) =>
        Counts.TryGetValue(benchmark.Name + parameters, out var tokens) ? tokens : null;
}
