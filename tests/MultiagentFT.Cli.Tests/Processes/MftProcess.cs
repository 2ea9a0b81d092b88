using System.Diagnostics;
using System.Runtime.InteropServices;
using MultiagentFT.Cli.Setup;

namespace MultiagentFT.Cli.Tests.Processes;

/// <summary>Runs command lines as users do: the real program in a process of its own.</summary>
internal static class MftProcess
{
    public static Task<MftResult> RunAsync(params string[] arguments) => RunAsync([], arguments);

    /// <param name="variables">Names and values of variables that the program gets besides this process's own.</param>
    /// <param name="arguments">The command line.</param>
    public static async Task<MftResult> RunAsync((string Name, string Value)[] variables, params string[] arguments)
    {
        using var process = Start(arguments, variables);
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

    /// <summary>Does something as soon as the program prints a line of progress with this text, and waits for its end.</summary>
    public static async Task<MftResult> RunAndActAtAsync(string progress, Action action, params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var (seen, errors) = (false, new System.Text.StringBuilder());
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            errors.AppendLine(line);
            if (seen || !line.Contains(progress, StringComparison.Ordinal)) continue;
            seen = true;
            action();
        }
        await process.WaitForExitAsync();
        return new MftResult(process.ExitCode, await output, errors.ToString());
    }

    /// <summary>Starts the program and leaves it running; what it prints is not kept.</summary>
    public static Process Begin(params string[] arguments)
    {
        var process = Start(arguments);
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Starts the program; the caller waits for its end.</summary>
    public static Process Start(string[] arguments, params (string Name, string Value)[] variables)
    {
        var program = TrainerProgram.Of(null, AppContext.BaseDirectory, RuntimeEnvironment.GetRuntimeDirectory());
        var start = new ProcessStartInfo(program.FileName, [.. program.Arguments, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
