using System.Diagnostics;
using System.Runtime.InteropServices;
using MultiagentFT.Cli.Setup;

namespace MultiagentFT.Cli.Tests.Processes;

/// <summary>Runs command lines as users do: the real program in a process of its own.</summary>
internal static class MftProcess
{
    public static async Task<MftResult> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new MftResult(process.ExitCode, await output, await error);
    }

    /// <summary>Kills the program, without any chance to tidy up, as soon as it prints a line of progress with this text.</summary>
    /// <returns>Whether it came that far.</returns>
    public static async Task<bool> KillAtAsync(string progress, params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var seen = false;
        while (!seen && await process.StandardError.ReadLineAsync() is { } line) seen = line.Contains(progress, StringComparison.Ordinal);
        process.Kill();
        await process.WaitForExitAsync();
        await output;
        return seen;
    }

    private static Process Start(string[] arguments)
    {
        var program = TrainerProgram.Of(null, AppContext.BaseDirectory, RuntimeEnvironment.GetRuntimeDirectory());
        var start = new ProcessStartInfo(program.FileName, [.. program.Arguments, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }
}
