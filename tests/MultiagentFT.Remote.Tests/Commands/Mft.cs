using System.Diagnostics;
using System.Runtime.InteropServices;
using MultiagentFT.Cli;

namespace MultiagentFT.Remote.Tests.Commands;

/// <summary>Runs command lines.</summary>
internal static class Mft
{
    /// <summary>In this process.</summary>
    public static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(arguments, new Terminal(output, error, Stream.Null));
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>As a process of its own, which somebody may kill.</summary>
    public static Process Start(params string[] arguments)
    {
        var process = Open(arguments);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>As a process of its own with a key in its environment.</summary>
    public static async Task<(int Code, string Output, string Error)> RunWithKeyAsync(string key, params string[] arguments)
    {
        using var process = Open(arguments, key);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    /// <summary>As a process whose output the caller reads.</summary>
    public static Process Open(string[] arguments, string? key = null)
    {
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        var start = new ProcessStartInfo(dotnet, [Path.Combine(Program(), "mft.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment[ApiKey.Variable] = key ?? "";
        return Process.Start(start)!;
    }

    /// <summary>The program's own folder: in that of these tests some of its libraries are the web framework's, which has older ones.</summary>
    private static string Program()
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(here.Parent!.Parent!.Parent!.Parent!.Parent!.FullName, "src", "MultiagentFT.Cli", "bin", here.Parent.Name, here.Name);
    }
}
