using System.Globalization;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Decoder.Cpu;
using MultiagentFT.Foundation;
using MultiagentFT.Native.Library;
using MultiagentFT.Runtimes;

namespace MultiagentFT.Serving;

/// <summary>What serves models in this process, and what of it is missing here.</summary>
public static class RuntimeReport
{
    /// <summary>A line for each runtime and each device. Throws nothing: what is missing has a line that says so.</summary>
    public static IReadOnlyList<string> Lines() => [Runtimes(), .. Llama(), Decoder()];

    /// <summary>The instruction set that the decoder's kernels use here, such as <c>avx512vnni</c>; empty where there are none.</summary>
    public static string Kernels()
    {
        try
        {
            return CpuRuntime.Kernels;
        }
        catch (InputException)
        {
            return "";
        }
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

    private static string Device(DeviceDescription device)
    {
        var memory = device.TotalBytes > 0
            ? string.Create(CultureInfo.InvariantCulture, $", {device.TotalBytes / (double)(1L << 30):0.0} GiB")
            : "";
        return $"  {device.Name}: {device.Description}{memory}";
    }
}
