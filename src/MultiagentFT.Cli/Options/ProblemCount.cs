using MultiagentFT.Foundation;
using MultiagentFT.Runs;
using MultiagentFT.Runs.Configuration;

namespace MultiagentFT.Cli.Options;

/// <summary>How many problems a command takes: as many as a run does.</summary>
internal static class ProblemCount
{
    /// <exception cref="InputException">Out of range.</exception>
    public static void Check(string option, int count)
    {
        if (count != RunProblems.All && (count is < 1 or > RunConfig.MostProblems))
            throw new InputException(option, null, $"1 to {RunConfig.MostProblems}", $"{count}");
    }
}
