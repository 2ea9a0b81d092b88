using System.CommandLine;
using System.CommandLine.Invocation;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Results;
using MultiagentFT.Serving;
using MultiagentFT.Training.Torch;

namespace MultiagentFT.Cli;

/// <summary><c>mft --version</c>: what this program is made of, and what of it is missing here.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        foreach (var line in Lines()) parseResult.InvocationConfiguration.Output.WriteLine(line);
        return ExitCode.Success;
    }

    internal static IEnumerable<string> Lines()
    {
        var product = ProductVersion.Current;
        yield return $"mft {product.Version} (commit {product.Commit})";
        foreach (var line in RuntimeReport.Lines()) yield return line;
        var torch = typeof(TorchSharp.torch).Assembly.GetName().Version;
        yield return $"TorchSharp {torch?.ToString(3)} ({Torch()})";
    }

    private static string Torch()
    {
        try
        {
            TorchLibrary.EnsureLoaded();
            return "libtorch loads";
        }
        catch (Exception error) when (error is InputException or DllNotFoundException or TypeInitializationException or IOException)
        {
            return "libtorch is missing: " + error.Message;
        }
    }
}
