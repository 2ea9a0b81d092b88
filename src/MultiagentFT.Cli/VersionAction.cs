using System.CommandLine;
using System.CommandLine.Invocation;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Decoder.Cpu;
using MultiagentFT.Foundation;
using MultiagentFT.Native.Library;
using MultiagentFT.Runs.Results;
using MultiagentFT.Runtimes;
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
        yield return Runtimes();
        foreach (var line in Llama()) yield return line;
        yield return Decoder();
        var torch = typeof(TorchSharp.torch).Assembly.GetName().Version;
        yield return $"TorchSharp {torch?.ToString(3)} ({Torch()})";
    }

    private static string Runtimes()
    {
        try
        {
            var used = ProcessRuntime.Use(RuntimeKind.Auto);
            return "runtimes: " + string.Join(", ", ProcessRuntime.Built.Select(kind => ProcessRuntime.NameOf(kind) + (kind == used ? " (in use)" : "")));
        }
        catch (InputException error)
        {
            return "runtimes: " + error.Message;
        }
    }

    private static string[] Llama()
    {
        try
        {
            var (name, devices) = ModelRuntimes.Describe();
            return [name, .. devices.Select(Device)];
        }
        catch (InputException error)
        {
            return ["the runtime is missing: " + error.Message];
        }
    }

    private static string Decoder()
    {
        try
        {
            return $"mixed-adapter decoder ({CpuRuntime.Kernels} kernels)";
        }
        catch (InputException error)
        {
            return "the mixed-adapter decoder is missing: " + error.Message;
        }
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

    private static string Device(DeviceDescription device)
    {
        var memory = device.TotalBytes > 0 ? $", {device.TotalBytes / (double)(1L << 30):0.0} GiB" : "";
        return $"  {device.Name}: {device.Description}{memory}";
    }
}
