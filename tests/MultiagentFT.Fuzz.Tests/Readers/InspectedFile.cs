using MultiagentFT.Cli;

namespace MultiagentFT.Fuzz.Tests.Readers;

/// <summary><c>mft inspect</c> of a file or a folder.</summary>
internal static class InspectedFile
{
    /// <returns>Whether it was shown; otherwise it was refused.</returns>
    public static bool Shows(string path)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = CommandLine.RunAsync(["inspect", path, "--json"], new Terminal(output, error, Stream.Null)).GetAwaiter().GetResult();
        Assert.True(code is ExitCode.Success or ExitCode.BadInput, $"inspect ends with {code}: {error}");
        return code == ExitCode.Success;
    }
}
