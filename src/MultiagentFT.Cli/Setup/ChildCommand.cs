using System.Diagnostics;
using System.Text;

namespace MultiagentFT.Cli.Setup;

/// <summary>A command of this program in a process of its own, which reads a job from standard input.</summary>
internal static class ChildCommand
{
    private const string Prefix = "mft: ";

    /// <returns>Its exit code and what it has printed; of an error the sentence alone.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; the process is ended.</exception>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(string command, string job, CancellationToken cancellation)
    {
        var program = TrainerProgram.Current();
        using var process = Process.Start(new ProcessStartInfo(program.FileName, [.. program.Arguments, command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
        })!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            await process.StandardInput.WriteAsync(job.AsMemory(), cancellation).ConfigureAwait(false);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            var said = (await errors.ConfigureAwait(false)).Trim();
            return (process.ExitCode, await output.ConfigureAwait(false), said.StartsWith(Prefix, StringComparison.Ordinal) ? said[Prefix.Length..] : said);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
