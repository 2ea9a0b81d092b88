using System.CommandLine;
using System.CommandLine.Invocation;
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
        yield return TorchLibrary.Describe();
    }
}
