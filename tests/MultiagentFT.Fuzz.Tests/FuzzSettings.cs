using System.Globalization;

namespace MultiagentFT.Fuzz.Tests;

/// <summary>
/// How much is tried: by default the same few hundred mutants of each kind of file every time. More, and others:
/// <code>MFT_FUZZ=20000 MFT_FUZZ_SEED=1 MFT_FUZZ_LOG=fuzz.log dotnet test --project tests/MultiagentFT.Fuzz.Tests -c Release</code>
/// Counts and faults are appended to the log. A fault names the seed and the number of its mutant; <c>MFT_FUZZ_ONLY</c> with that
/// number, and the same seed, reads this one alone.
/// </summary>
internal static class FuzzSettings
{
    /// <summary>Mutants of each kind of file; null for the short run of the usual tests.</summary>
    public static int? Count { get; } = (int?)Number("MFT_FUZZ");

    public static ulong Seed { get; } = Number("MFT_FUZZ_SEED") ?? 16;

    /// <summary>The one mutant to read; null for all.</summary>
    public static int? Only { get; } = (int?)Number("MFT_FUZZ_ONLY");

    /// <summary>Says what was read.</summary>
    public static void Log(string line)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        if (Environment.GetEnvironmentVariable("MFT_FUZZ_LOG") is { Length: > 0 } file)
        {
            lock (typeof(FuzzSettings)) File.AppendAllText(file, line + "\n");
        }
    }

    private static ulong? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? ulong.Parse(text, CultureInfo.InvariantCulture) : null;
}
