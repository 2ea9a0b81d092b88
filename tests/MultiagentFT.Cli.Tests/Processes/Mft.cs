namespace MultiagentFT.Cli.Tests.Processes;

/// <summary>Runs command lines in this process.</summary>
internal static class Mft
{
    public static Task<MftResult> RunAsync(params string[] arguments) => WithInputAsync([], arguments);

    public static async Task<MftResult> WithInputAsync(byte[] input, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(arguments, new Terminal(output, error, new MemoryStream(input)));
        return new MftResult(code, output.ToString(), error.ToString());
    }
}
