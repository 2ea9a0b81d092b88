using MultiagentFT.Bench.Decoding;
using MultiagentFT.Bench.Models;

namespace MultiagentFT.Benchmarks.Decoding;

/// <summary>The model of noise and its adapters, loaded once for all cases: every benchmark of every parameter has a setup of its own.</summary>
internal static class SharedDecodeBench
{
    public const int Adapters = 8;

    private static DirectoryInfo? _folder;
    private static NoiseAdapters? _adapters;
    private static DecodeBench? _bench;

    /// <summary>Loaded at the first use.</summary>
    public static DecodeBench Instance => _bench ??= Open();

    /// <summary>Frees the model, if it was ever loaded, and deletes its file.</summary>
    public static void Close()
    {
        _bench?.Dispose();
        _adapters?.Dispose();
        _folder?.Delete(recursive: true);
        (_bench, _adapters, _folder) = (null, null, null);
    }

    private static DecodeBench Open()
    {
        _folder = Directory.CreateTempSubdirectory("mft-bench-");
        var model = Path.Combine(_folder.FullName, "model.gguf");
        SyntheticModel.Write(model, BenchShape.Of("llama-0.4b"), "q4_0");
        _adapters = NoiseAdapters.Write(model, Adapters, rank: 8);
        return new DecodeBench(model, _adapters.Paths, new DecodeBenchOptions());
    }
}
